using Microsoft.Extensions.Time.Testing;
using NetEdit.Agent.Reconciliation;

namespace NetEdit.Agent.Tests.Reconciliation;

public sealed class FlapWatchTests
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);
    private readonly FlapWatch _watch;

    public FlapWatchTests() => _watch = new FlapWatch(_time);

    [Fact]
    public void More_losses_than_are_tolerated_within_the_window_are_flapping()
    {
        for (var i = 0; i < FlapWatch.Tolerated; i++)
        {
            Lose();
            _watch.Flaps("a").ShouldBeEmpty();
        }

        Lose();

        var history = _watch.Flaps("a");
        history.Length.ShouldBe(FlapWatch.Tolerated + 1);
        history.ShouldAllBe(item => item.What == "detached");
        history[0].At.ShouldBe(DateTimeOffset.UnixEpoch);
        _watch.Flaps("b").ShouldBeEmpty();
        _watch.Forget("a");
        _watch.Flaps("a").ShouldBeEmpty();
    }

    [Fact]
    public void Losses_that_are_far_apart_are_not()
    {
        for (var i = 0; i < 100; i++)
        {
            Lose();
            _time.Advance((FlapWatch.Window / FlapWatch.Tolerated) + TimeSpan.FromSeconds(1));
            _watch.Flaps("a").ShouldBeEmpty();
        }
    }

    [Fact]
    public void Coming_and_going_counts_both_ways_under_the_same_policies()
    {
        for (var i = 0; i <= FlapWatch.Tolerated; i++)
        {
            _watch.Flaps("a").ShouldBeEmpty();
            _watch.See("a", "r1", i % 2 == 0);
        }

        _watch.See("a", "r1", inForce: true);
        _watch.See("a", "r1", inForce: false);
        _watch
            .Flaps("a")
            .Select(item => item.What)
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ShouldBe(["it was in force again", "it was not in force any more"]);
    }

    [Fact]
    public void What_comes_and_goes_with_the_policies_or_is_not_meant_to_be_does_not_flap()
    {
        for (var i = 0; i < 20; i++)
        {
            _watch.See("a", $"r{i}", i % 2 == 0);
            _watch.See("b", "r", i % 2 == 0 ? true : null);
        }

        _watch.Flaps("a").ShouldBeEmpty();
        _watch.Flaps("b").ShouldBeEmpty();
    }

    [Fact]
    public void A_loss_and_its_repair_are_one_event()
    {
        for (var i = 0; i < FlapWatch.Tolerated; i++)
        {
            Lose();
            _watch.See("a", "r1", inForce: i % 2 == 0);
        }

        _watch.Flaps("a").ShouldBeEmpty();
    }

    private void Lose()
    {
        _watch.Lost("a", "detached");
        _time.Advance(TimeSpan.FromSeconds(1));
    }
}
