using System.Collections.Immutable;
using NetEdit.Agent.Metrics;
using NetEdit.Model;

namespace NetEdit.Agent.Tests.Metrics;

public sealed class TargetNamesTests
{
    private const string Containers = "containers { runtime: \"docker\" }";

    private static readonly ContainerSelector Docker = new(
        ImmutableSortedDictionary<string, string>.Empty.Add("runtime", "docker")
    );

    private readonly TargetNames _names = new(
        new PolicySet(
            "r",
            [
                new Policy
                {
                    Name = "all",
                    Container = Docker,
                    Scopes = ["/docker/a", "/docker/b", "/docker/c"],
                },
                new Policy
                {
                    Name = "one",
                    Scopes = ["/docker/b"],
                    Interfaces = ["veth*", "eth0"],
                },
                new Policy
                {
                    Name = "unit",
                    Unit = "web.service",
                    Scopes = ["/system.slice/web.service"],
                    Interfaces = ["veth1*"],
                },
            ]
        )
    );

    [Theory]
    [InlineData("/docker/a", Containers)]
    [InlineData("/docker/c", Containers)]
    [InlineData("/docker/b", "/docker/b")]
    [InlineData("/system.slice/web.service", "web.service")]
    [InlineData("/gone", "other")]
    public void A_cgroup_is_named_as_the_policy_writes_its_scope(string cgroup, string name) =>
        _names.Scope(cgroup).ShouldBe(name);

    [Theory]
    [InlineData("xdp", "eth0", "eth0")]
    [InlineData("tc/egress", "veth77", "veth*")]
    [InlineData("tc/egress", "veth12", "veth1*")]
    [InlineData("tc/egress", "lo", "other")]
    [InlineData("cgroup/setsockopt", "/docker/a", Containers)]
    [InlineData("sk_lookup", "", "")]
    public void A_programs_target_is_named_as_a_policy_writes_it(string hook, string target, string name) =>
        _names.Target(hook, target).ShouldBe(name);

    [Fact]
    public void A_program_is_named_with_its_target() =>
        _names
            .Program(new AttachmentKey("guard", "cgroup/setsockopt", "/docker/a"))
            .ShouldBe($"guard at cgroup/setsockopt of {Containers}");
}
