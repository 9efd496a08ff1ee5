using NetEdit.Agent.Metrics;

namespace NetEdit.Agent.Tests.Metrics;

public sealed class SumLedgerTests
{
    private readonly SumLedger<string> _ledger = new();

    [Fact]
    public void Objects_of_one_series_are_added_up_and_the_sum_stays_when_one_is_removed()
    {
        _ledger.Update([(1, "runs", "/a", 10), (2, "runs", "/a", 5)]);
        _ledger.Update([(2, "runs", "/a", 7)]);

        _ledger.Sums["/a"].ShouldBe(17ul);
    }

    [Fact]
    public void A_replacement_counts_from_its_own_beginning()
    {
        _ledger.Update([(1, "runs", "/a", 100)]);
        _ledger.Update([(2, "runs", "/a", 150)]);

        _ledger.Sums["/a"].ShouldBe(250ul, "an object with another id has counted all of it since it was loaded");
    }

    [Fact]
    public void A_counter_that_restarted_counts_as_a_whole()
    {
        _ledger.Update([(1, "runs", "/a", 100)]);
        _ledger.Update([(1, "runs", "/a", 30)]);

        _ledger.Sums["/a"].ShouldBe(130ul);
    }
}
