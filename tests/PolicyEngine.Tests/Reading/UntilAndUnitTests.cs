using NetEdit.Model;
using NetEdit.PolicyEngine.Tests.Support;

namespace NetEdit.PolicyEngine.Tests.Reading;

/// <summary>Policies that end, and policies of systemd units.</summary>
public sealed class UntilAndUnitTests
{
    private static readonly DateTimeOffset End = new(2027, 1, 31, 17, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2027-01-31T17:00:00Z")]
    [InlineData("\"2027-01-31T18:00:00+01:00\"")]
    public void A_policy_is_gone_from_the_moment_it_names(string until)
    {
        var set = World.Set(World.Yaml("p", $"until: {until}"), World.Yaml("q"));

        set.Policies[0].Until.ShouldBe(End);
        World
            .Decide(set, World.Host with { Now = End.AddSeconds(-1) })
            .Of("p")
            .Reason.Text.ShouldEndWith("until 2027-01-31T17:00:00Z");
        var decision = World.Decide(set, World.Host with { Now = End });
        (decision.Of("p").State, decision.Of("p").Reason.Code, decision.Of("p").Reason.Text).ShouldBe(
            (PolicyState.Expired, ReasonCodes.Expired, "its time was over at 2027-01-31T17:00:00Z")
        );
        decision.Desired.Profiles.SelectMany(profile => profile.Entries).Select(entry => entry.Policy).ShouldBe(["q"]);
    }

    [Fact]
    public void The_next_end_is_the_first_that_is_not_over()
    {
        var set = World.Set(
            World.Yaml("a", "until: 2027-01-31T17:00:00Z"),
            World.Yaml("b", "until: 2027-02-01T00:00:00Z"),
            World.Yaml("c")
        );

        set.NextEnd(End.AddSeconds(-1)).ShouldBe(End);
        set.NextEnd(End).ShouldBe(new DateTimeOffset(2027, 2, 1, 0, 0, 0, TimeSpan.Zero));
        set.NextEnd(End.AddYears(1)).ShouldBeNull();
    }

    [Theory]
    [InlineData("2027-01-31")]
    [InlineData("2027-01-31T17:00:00")]
    [InlineData("2027-02-31T17:00:00Z")]
    [InlineData("tomorrow")]
    public void A_time_without_its_zone_is_none(string until) =>
        World
            .Read(World.Yaml("p", $"until: {until}"))
            .Errors.ShouldHaveSingleItem()
            .Message.ShouldBe(
                $"spec.until '{until}' must be a time with its zone, as in 2027-01-31T18:00:00Z or "
                    + $"2027-01-31T18:00:00+01:00"
            );

    [Theory]
    [InlineData("web.service")]
    [InlineData("getty@tty1.service")]
    [InlineData("dev-disk\\x2d1.slice")]
    public void A_unit_is_where_systemd_puts_it_until_it_is_found(string unit)
    {
        var policy = World.Set(World.Yaml("p", $"scope: {{ unit: '{unit}' }}")).Policies.Single();

        (policy.Unit, policy.Scopes.ShouldHaveSingleItem()).ShouldBe((unit, "/system.slice/" + unit));
        var again = World.Set(PolicyPrinter.Print(policy, TestCatalog.Standard)).Policies.Single();
        again.Scopes.ShouldBe(policy.Scopes);
        (again with { Scopes = policy.Scopes }).ShouldBeEquivalentTo(
            policy with
            {
                Source = "p.yaml:2",
                TuningSources = again.TuningSources,
            }
        );
        World
            .Decide(World.Set(World.Yaml("p", $"scope: {{ unit: '{unit}' }}")))
            .Of("p")
            .Reason.Text.ShouldBe($"unit {unit} has no cgroup yet");
    }

    [Fact]
    public void A_unit_without_a_cgroup_of_its_own_and_a_cgroup_beside_it_are_refused()
    {
        World
            .Read(World.Yaml("p", "scope: { unit: web.timer }"))
            .Errors.ShouldHaveSingleItem()
            .Message.ShouldBe(
                "spec.scope.unit 'web.timer' is not a unit with a cgroup; its name must "
                    + "end in .service, .scope or .slice"
            );
        World.Read(World.Yaml("p", "scope: { unit: ../../etc.service }")).Errors.ShouldHaveSingleItem();
        World
            .Read(World.Yaml("p", "scope: { unit: web.service, cgroup: /a }"))
            .Errors.ShouldHaveSingleItem()
            .Message.ShouldBe("spec.scope has a cgroup and a unit; give one of them");
    }

    [Fact]
    public void A_printed_end_reads_back()
    {
        var policy = World.Set(World.Yaml("p", "until: 2027-01-31T17:00:00Z")).Policies.Single();

        World.Set(PolicyPrinter.Print(policy, TestCatalog.Standard)).Policies.Single().Until.ShouldBe(End);
    }
}
