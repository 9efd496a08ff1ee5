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
    [InlineData("{ runtime: docker, name: web }", "containers { name: \"web\", runtime: \"docker\" }")]
    [InlineData("{ image: nginx, pod: web-7d4b9-xk2lp }", "containers { image: \"nginx\", pod: \"web-7d4b9-xk2lp\" }")]
    [InlineData("{ namespace: shop, pod: db }", "containers { namespace: \"shop\", pod: \"db\" }")]
    [InlineData(
        "{ labels: { app.kubernetes.io/name: web, tier: 1 } }",
        "containers { labels: { \"app.kubernetes.io/name\": \"web\", \"tier\": \"1\" } }"
    )]
    [InlineData(
        "{ runtime: docker, expressions: [ { key: image, operator: NotIn, values: [nginx, 'redis:7'] } ] }",
        "containers { runtime: \"docker\", expressions: [{ key: \"image\", operator: NotIn, "
            + "values: [\"nginx\", \"redis:7\"] }] }"
    )]
    [InlineData(
        "{ expressions: [ { key: labels.app, operator: Exists }, { key: pod, operator: DoesNotExist } ] }",
        "containers { expressions: [{ key: \"labels.app\", operator: Exists }, "
            + "{ key: \"pod\", operator: DoesNotExist }] }"
    )]
    public void Containers_are_read_and_printed_and_are_nowhere_until_they_are_looked_for(string written, string text)
    {
        var policy = World.Set(World.Yaml("p", $"scope: {{ container: {written} }}")).Policies.Single();

        policy.ScopeText.ShouldBe(text);
        policy.Scopes.ShouldBeEmpty();
        policy.IsHostWide.ShouldBeFalse();
        var again = World.Set(PolicyPrinter.Print(policy, TestCatalog.Standard)).Policies.Single();
        again.Container!.ToString().ShouldBe(policy.Container!.ToString());
        again.ShouldBeEquivalentTo(
            policy with
            {
                Source = "p.yaml:2",
                TuningSources = again.TuningSources,
                Container = again.Container,
            }
        );
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
            + "of them and a *; if it is a name, write name: instead of id:"
    )]
    [InlineData(
        "{ id: '*' }",
        "6:29",
        "spec.scope.container.id '*' is not a valid container id; write 64 hexadecimal digits, or the first "
            + "of them and a *; if it is a name, write name: instead of id:"
    )]
    [InlineData(
        "{ pod: web/1 }",
        "6:30",
        "spec.scope.container.pod 'web/1' is not a valid pod; write its name or its UID, or the start of it and a *"
    )]
    [InlineData(
        "{ image: Nginx }",
        "6:32",
        "spec.scope.container.image 'Nginx' is not a valid image; write it as in nginx, nginx:1.25 or "
            + "registry.example/team/web@sha256:…, with * at the end for all images that begin so; "
            + "did you mean 'nginx'?"
    )]
    [InlineData(
        "{ image: 'nginx@sha256:3f2c' }",
        "6:32",
        "spec.scope.container.image 'nginx@sha256:3f2c' is not a valid image; write it as in nginx, nginx:1.25 or "
            + "registry.example/team/web@sha256:…, with * at the end for all images that begin so"
    )]
    [InlineData(
        "{ namespace: Shop }",
        "6:36",
        "spec.scope.container.namespace 'Shop' is not a valid namespace; use at most 63 lower case letters, digits "
            + "and inner hyphens, with * at the end for all namespaces that begin so"
    )]
    [InlineData(
        "{ labels: { 'a b': c } }",
        "6:35",
        "'a b' is not a valid label; use at most 256 letters, digits and inner . _ - /"
    )]
    [InlineData(
        "{ expressions: [ { key: imgae, operator: Exists } ] }",
        "6:47",
        "unknown key 'imgae' in spec.scope.container.expressions; did you mean 'image'?"
    )]
    [InlineData(
        "{ expressions: [ { key: application, operator: Exists } ] }",
        "6:47",
        "unknown key 'application' in spec.scope.container.expressions; keys are runtime, id, pod, qos, name, image, "
            + "namespace, and labels. before the key of a label"
    )]
    [InlineData(
        "{ expressions: [ { key: labels., operator: Exists } ] }",
        "6:47",
        "'' is not a valid label; use at most 256 letters, digits and inner . _ - /"
    )]
    [InlineData(
        "{ expressions: [ { key: image, operator: in, values: [nginx] } ] }",
        "6:64",
        "unknown operator 'in'; operators are In, NotIn, Exists, DoesNotExist; did you mean 'In'?"
    )]
    [InlineData(
        "{ expressions: [ { key: runtime, operator: NotIn, values: [dokcer] } ] }",
        "6:82",
        "spec.scope.container.expressions: runtime 'dokcer' must be one of docker, podman, containerd, crio, lxc, "
            + "nspawn; did you mean 'docker'?"
    )]
    [InlineData(
        "{ name: 'web/1' }",
        "6:31",
        "spec.scope.container.name 'web/1' is not a valid container name; use at most 200 letters, digits, "
            + "hyphens, dots and underscores, with * at the end for all names that begin so"
    )]
    [InlineData("{ runtme: docker }", "6:25", "unknown key 'runtme' in spec.scope.container; did you mean 'runtime'?")]
    [InlineData(
        "{ runtime: lxc, id: 3f2c* }",
        "6:23",
        "spec.scope.container matches no container: containers of lxc have a name, and no id"
    )]
    [InlineData(
        "{ runtime: nspawn, labels: { app: web } }",
        "6:23",
        "spec.scope.container matches no container: containers of nspawn have a name, and no labels"
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
