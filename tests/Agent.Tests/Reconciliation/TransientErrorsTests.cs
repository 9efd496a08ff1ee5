using NetEdit.Agent.Reconciliation;

namespace NetEdit.Agent.Tests.Reconciliation;

public sealed class TransientErrorsTests
{
    private static readonly ReconcileReport Good = new()
    {
        Trigger = "test",
        StartedAt = DateTimeOffset.UnixEpoch,
        Result = ReconcileResult.Changed,
    };

    [Fact]
    public void What_passes_is_tried_again()
    {
        var attempts = 0;

        var report = TransientErrors.Retry(
            () =>
                ++attempts switch
                {
                    1 => throw new IOException("I/O error"),
                    2 => Good with { Transient = true },
                    _ => Good,
                },
            TimeProvider.System
        );

        attempts.ShouldBe(3);
        report.ShouldBeSameAs(Good);
    }

    [Fact]
    public void What_does_not_pass_is_given_up_after_four_attempts()
    {
        var attempts = 0;

        var report = TransientErrors.Retry(
            () => Good with { Transient = true, Error = $"{++attempts}" },
            TimeProvider.System
        );

        report.Error.ShouldBe("4");
    }

    [Fact]
    public void Other_failures_are_not_tried_again()
    {
        var attempts = 0;

        TransientErrors.Retry(
            () => Good with { Result = ReconcileResult.Failed, Error = $"{++attempts}" },
            TimeProvider.System
        );

        attempts.ShouldBe(1);
    }

    [Theory]
    [InlineData(16, true)] // EBUSY
    [InlineData(12, true)] // ENOMEM
    [InlineData(1, false)] // EPERM
    [InlineData(22, false)] // EINVAL
    [InlineData(0, false)]
    public void An_errno_says_whether_it_passes(int errno, bool expected) =>
        TransientErrors.IsTransient(errno).ShouldBe(expected);

    [Theory]
    [InlineData(17, true)] // EEXIST
    [InlineData(28, true)] // ENOSPC
    [InlineData(11, true)] // EAGAIN
    [InlineData(22, false)] // EINVAL
    [InlineData(13, false)] // EACCES
    [InlineData(0, false)]
    public void A_verdict_on_a_program_stays(int errno, bool mayPass) =>
        TransientErrors.MayPass(errno).ShouldBe(mayPass);
}
