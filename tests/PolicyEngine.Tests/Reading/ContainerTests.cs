using NetEdit.PolicyEngine.Tests.Support;

namespace NetEdit.PolicyEngine.Tests.Reading;

/// <summary><c>spec.scope.container</c>.</summary>
public sealed class ContainerTests
{
    private const string Id = "3f2c8a1b9d04e5f67788990011223344556677889900aabbccddeeff00112233";

    [Theory]
    [InlineData("{}", "containers {}")]
    [InlineData("{ runtime: docker }", "containers { runtime: \"docker\" }")]
    [InlineData("{ runtime: crio, id: 3f2c* }", "containers { id: \"3f2c*\", runtime: \"crio\" }")]
    [InlineData($"{{ id: {Id} }}", $"containers {{ id: \"{Id}\" }}")]
    [InlineData(
        "{ pod: a5c1f8d5-1919-434d-add7-4afaafdaef89, qos: besteffort }",
        "containers { pod: \"a5c1f8d5-1919-434d-add7-4afaafdaef89\", qos: \"besteffort\" }"
    )]
    [InlineData(
        "{ pod: 0d51c5ee4bc9d6c56b0b4eb6ab8a4a5c }",
        "containers { pod: \"0d51c5ee4bc9d6c56b0b4eb6ab8a4a5c\" }"
    )]
    [InlineData("{ runtime: podman, pod: 'b9e3a62d*' }", "containers { pod: \"b9e3a62d*\", runtime: \"podman\" }")]
    [InlineData("{ runtime: nspawn, name: web-* }", "containers { name: \"web-*\", runtime: \"nspawn\" }")]
    [InlineData("{ name: 100 }", "containers { name: \"100\" }")]
    public void Containers_are_read_and_printed_and_are_nowhere_until_they_are_looked_for(string written, string text)
    {
        var policy = World.Set(World.Yaml("p", $"scope: {{ container: {written} }}")).Policies.Single();

        policy.ScopeText.ShouldBe(text);
        policy.Scopes.ShouldBeEmpty();
        policy.IsHostWide.ShouldBeFalse();
        var again = World.Set(PolicyPrinter.Print(policy, TestCatalog.Standard)).Policies.Single();
        again.ShouldBeEquivalentTo(policy with { Source = "p.yaml:2", TuningSources = again.TuningSources });
    }

    [Theory]
    [InlineData(
        "{ runtime: cri-o }",
        "6:34",
        "spec.scope.container.runtime 'cri-o' must be one of docker, podman, containerd, crio, lxc, nspawn; "
            + "did you mean 'crio'?"
    )]
    [InlineData(
        "{ qos: BestEffort }",
        "6:30",
        "spec.scope.container.qos 'BestEffort' must be one of guaranteed, burstable, besteffort; did you "
            + "mean 'besteffort'?"
    )]
    [InlineData(
        "{ id: 3f2c8a1b9d04 }",
        "6:29",
        "spec.scope.container.id '3f2c8a1b9d04' is the start of an id; write \"3f2c8a1b9d04*\""
    )]
    [InlineData(
        "{ id: web }",
        "6:29",
        "spec.scope.container.id 'web' is not a valid container id; write 64 hexadecimal digits, or the first "
            + "of them and a *; container names are not in the path"
    )]
    [InlineData(
        "{ id: '*' }",
        "6:29",
        "spec.scope.container.id '*' is not a valid container id; write 64 hexadecimal digits, or the first "
            + "of them and a *; container names are not in the path"
    )]
    [InlineData(
        "{ pod: a5c1f8d5-1919 }",
        "6:30",
        "spec.scope.container.pod 'a5c1f8d5-1919' is the start of a UID; write \"a5c1f8d5-1919*\""
    )]
    [InlineData(
        "{ pod: web-7d4b9-xk2lp }",
        "6:30",
        "spec.scope.container.pod 'web-7d4b9-xk2lp' is not a valid pod UID; write metadata.uid, or the "
            + "start of it and a *; pod names are not in the path"
    )]
    [InlineData(
        "{ name: 'web/1' }",
        "6:31",
        "spec.scope.container.name 'web/1' is not a valid container name; use at most 200 letters, digits, "
            + "hyphens, dots and underscores, with * at the end for all names that begin so"
    )]
    [InlineData("{ runtme: docker }", "6:25", "unknown key 'runtme' in spec.scope.container; did you mean 'runtime'?")]
    [InlineData(
        "{ runtime: docker, name: web }",
        "6:23",
        "spec.scope.container matches no container: only the paths of lxc and nspawn containers "
            + "contain a name, and only the paths of other runtimes contain id, pod and qos"
    )]
    [InlineData(
        "{ runtime: lxc, id: 3f2c* }",
        "6:23",
        "spec.scope.container matches no container: only the paths of lxc and nspawn containers "
            + "contain a name, and only the paths of other runtimes contain id, pod and qos"
    )]
    [InlineData("docker", "6:23", "spec.scope.container must be a mapping")]
    [InlineData("", "6:24", "spec.scope.container is empty; give it a value or leave it out")]
    public void What_matches_nothing_is_an_error_where_it_stands(string written, string position, string message)
    {
        var error = World.Read(World.Yaml("p", $"scope: {{ container: {written} }}")).Errors.ShouldHaveSingleItem();

        ($"{error.Line}:{error.Column}", error.Message).ShouldBe((position, message));
    }

    [Theory]
    [InlineData("cgroup: /a", "cgroup")]
    [InlineData("unit: web.service", "unit")]
    public void One_scope_is_given_in_one_way(string other, string kind) =>
        World
            .Read(World.Yaml("p", $"scope: {{ {other}, container: {{ runtime: docker }} }}"))
            .Errors.ShouldHaveSingleItem()
            .Message.ShouldBe($"spec.scope has a {kind} and containers; give one of them");
}
