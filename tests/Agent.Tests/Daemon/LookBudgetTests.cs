using Microsoft.Extensions.Time.Testing;
using NetEdit.Agent.Daemon;

namespace NetEdit.Agent.Tests.Daemon;

public sealed class LookBudgetTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);

    [Fact]
    public void A_user_who_makes_cgroups_all_the_time_causes_two_looks_a_second()
    {
        var budget = new LookBudget(_time);

        Take(budget, 1000).ShouldBe(LookBudget.AtOnce);
        budget.TryTake(out var wait).ShouldBeFalse();
        wait.ShouldBe(LookBudget.Between);

        _time.Advance(wait);
        Take(budget, 1000).ShouldBe(1);
        _time.Advance(TimeSpan.FromSeconds(3));
        Take(budget, 1000).ShouldBe(6);
        _time.Advance(TimeSpan.FromMinutes(1));
        Take(budget, 1000).ShouldBe(LookBudget.AtOnce);
    }

    private static int Take(LookBudget budget, int times) =>
        Enumerable.Range(0, times).Count(_ => budget.TryTake(out var _));
}
