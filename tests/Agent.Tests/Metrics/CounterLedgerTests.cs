using NetEdit.Adapter;
using NetEdit.Agent.Metrics;
using NetEdit.Model;

namespace NetEdit.Agent.Tests.Metrics;

public sealed class CounterLedgerTests
{
    private static readonly TuningSeries Tuned = new(CounterKind.Tuned, "web", "initial-cwnd", "");
    private readonly CounterLedger _ledger = new();

    [Fact]
    public void Profiles_of_one_policy_are_added_up()
    {
        _ledger.Update(Desired(1, 2), [Count(1, 10), Count(2, 5), Count(99, 1000)]);

        _ledger.Sums.ShouldBe(
            [new(Tuned, 15UL), new(Tuned with { Kind = CounterKind.Conflict }, 0UL)],
            ignoreOrder: true
        );
    }

    [Fact]
    public void Sums_do_not_fall_when_a_profile_goes_or_is_made_anew()
    {
        _ledger.Update(Desired(1, 2), [Count(1, 10), Count(2, 5)]);
        _ledger.Update(Desired(1), [Count(1, 12), Count(2, 6)]);
        _ledger.Sums[Tuned].ShouldBe(18UL);

        _ledger.Update(Desired(1), [Count(1, 12)]);
        _ledger.Sums[Tuned].ShouldBe(18UL);

        _ledger.Update(Desired(1), [Count(1, 3)]);
        _ledger.Sums[Tuned].ShouldBe(21UL);
    }

    [Fact]
    public void Failures_are_kept_apart_by_errno()
    {
        _ledger.Update(
            Desired(1),
            [
                new TuningCounter(1, 0, CounterKind.Failed, "EPERM", 2),
                new TuningCounter(1, 0, CounterKind.Failed, "ENOENT", 3),
            ]
        );

        _ledger.Sums[new TuningSeries(CounterKind.Failed, "web", "initial-cwnd", "EPERM")].ShouldBe(2UL);
        _ledger.Sums[new TuningSeries(CounterKind.Failed, "web", "initial-cwnd", "ENOENT")].ShouldBe(3UL);
    }

    private static TuningCounter Count(ulong profile, ulong count) => new(profile, 0, CounterKind.Tuned, "", count);

    private static DesiredState Desired(params ulong[] profiles) =>
        DesiredState.Empty with
        {
            Profiles =
            [
                .. profiles.Select(id => new DesiredProfile(1, [new ProfileEntry(0, "initial-cwnd", "web", [])])
                {
                    Id = id,
                }),
            ],
        };
}
