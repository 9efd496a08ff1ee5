using NetEdit.Agent.Reconciliation;
using Shouldly;
using Xunit;

namespace NetEdit.Agent.Tests.Reconciliation;

public sealed class TransientErrorsTests
{
    private static readonly ReconcileReport Good = new() { Trigger = "test", StartedAt = DateTimeOffset.UnixEpoch, Result = ReconcileResult.Changed };

    [Fact]
    public void What_passes_is_tried_again()
    {
        var attempts = 0;

        var report = TransientErrors.Retry(() => ++attempts switch
        {
            1 => throw new IOException("I/O error"),
            2 => Good with { Transient = true },
            _ => Good,
        }, TimeProvider.System);

        attempts.ShouldBe(3);
        report.ShouldBeSameAs(Good);
    }

    [Fact]
    public void What_does_not_pass_is_given_up_after_four_attempts()
    {
        var attempts = 0;

        var report = TransientErrors.Retry(() => Good with { Transient = true, Error = $"{++attempts}" }, TimeProvider.System);

        report.Error.ShouldBe("4");
    }

    [Fact]
    public void Other_failures_are_not_tried_again()
    {
        var attempts = 0;

        TransientErrors.Retry(() => Good with { Result = ReconcileResult.Failed, Error = $"{++attempts}" }, TimeProvider.System);

        attempts.ShouldBe(1);
    }

    [Theory]
    [InlineData("attach chain to /: EBUSY (Device or resource busy)", true)]
    [InlineData("load: EPERM", false)]
    [InlineData("could not load initial-cwnd: EINVAL (invalid, or unknown to this kernel)\n  libbpf: map 'x': EBUSY (in use)", false)]
    [InlineData("could not load dctcp: ENOMEM (out of memory); free some", true)]
    [InlineData("attach the chain of /EBUSY: EACCES (refused)", false)]
    [InlineData(null, false)]
    public void An_errno_says_whether_it_passes(string? error, bool expected) => TransientErrors.IsTransient(error).ShouldBe(expected);

    [Theory]
    [InlineData("could not register: EEXIST (exists already)", true)]
    [InlineData("could not pin: ENOSPC (no space left)", true)]
    [InlineData("could not load: EAGAIN (try again)", true)]
    [InlineData("could not load: EINVAL (invalid)", false)]
    [InlineData("could not load: EACCES (refused by the verifier)", false)]
    [InlineData("the object is damaged", false)]
    public void A_verdict_on_a_program_stays(string refusal, bool mayPass) => TransientErrors.MayPass(refusal).ShouldBe(mayPass);
}
