using System.Collections.Immutable;
using NetEdit.Model;
using NetEdit.PolicyEngine.Tests.Support;

namespace NetEdit.PolicyEngine.Tests.Matching;

/// <summary>Which containers <c>spec.scope.container</c> selects, by what is known about them.</summary>
public sealed class ContainerSelectorTests
{
    private const string Id = "3f2c8a1b9d04e5f67788990011223344556677889900aabbccddeeff00112233";
    private const string Uid = "a5c1f8d5-1919-434d-add7-4afaafdaef89";

    private static readonly ContainerFacts Unnamed = Facts(null, ("id", Id), ("runtime", "docker"));

    private static readonly ContainerFacts Web = Unnamed with
    {
        Reported = new ReportedContainer("docker", Map(("app", "web"), ("version", "2")))
        {
            Name = "web-1",
            Image = ImageName.Find("nginx:1.25"),
        },
    };

    private static readonly ContainerFacts InPod = Facts(
        new ReportedContainer("containerd", Map(("app", "web")))
        {
            Name = "nginx",
            Image = ImageName.Find("docker.io/library/nginx:1.25"),
            Namespace = "shop",
            Pod = "web-7d4b9-xk2lp",
            PodUid = Uid,
        },
        ("id", Id),
        ("pod", Uid),
        ("qos", "burstable")
    );

    private static readonly ContainerFacts Lxc = Facts(null, ("name", "web-1"), ("runtime", "lxc"));

    [Theory]
    [InlineData("{}")]
    [InlineData("{ image: nginx }")]
    [InlineData("{ image: 'nginx:1.25', name: web-* }")]
    [InlineData("{ name: web-1, runtime: docker }")]
    [InlineData("{ labels: { app: web } }")]
    [InlineData("{ labels: { app: w*, version: 2 } }")]
    [InlineData("{ expressions: [ { key: image, operator: In, values: [redis, nginx] } ] }")]
    [InlineData("{ expressions: [ { key: image, operator: NotIn, values: [redis, 'nginx:1.24'] } ] }")]
    [InlineData("{ expressions: [ { key: labels.app, operator: Exists } ] }")]
    [InlineData("{ expressions: [ { key: labels.tier, operator: DoesNotExist } ] }")]
    [InlineData("{ expressions: [ { key: labels.tier, operator: NotIn, values: [db] } ] }")]
    [InlineData("{ expressions: [ { key: pod, operator: DoesNotExist } ] }")]
    [InlineData("{ expressions: [ { key: name, operator: In, values: [web*] } ] }")]
    public void What_its_runtime_reports_selects_a_container(string selector) =>
        Read(selector).Selects(Web).ShouldBe(true);

    [Theory]
    [InlineData("{ image: redis }")]
    [InlineData("{ image: nginx, name: db }")]
    [InlineData("{ name: web }")]
    [InlineData("{ namespace: shop }")]
    [InlineData("{ runtime: podman, image: nginx }")]
    [InlineData("{ labels: { app: web, tier: db } }")]
    [InlineData("{ image: nginx, expressions: [ { key: labels.app, operator: NotIn, values: [web] } ] }")]
    [InlineData("{ expressions: [ { key: image, operator: NotIn, values: [nginx] } ] }")]
    [InlineData("{ expressions: [ { key: labels.tier, operator: Exists } ] }")]
    [InlineData("{ expressions: [ { key: image, operator: DoesNotExist } ] }")]
    public void And_rules_it_out(string selector) => Read(selector).Selects(Web).ShouldBe(false);

    [Theory]
    [InlineData("{ namespace: shop, pod: web-* }")]
    [InlineData("{ pod: web-7d4b9-xk2lp, name: nginx }")]
    [InlineData($"{{ pod: {Uid}, qos: burstable }}")]
    [InlineData("{ pod: a5c1f8d5-* }")]
    [InlineData("{ runtime: containerd }")]
    [InlineData("{ expressions: [ { key: namespace, operator: NotIn, values: [kube-system] } ] }")]
    public void A_pod_has_a_name_and_a_uid(string selector) => Read(selector).Selects(InPod).ShouldBe(true);

    /// <summary>What is not known yet is neither so nor not so: a container is not tuned for a moment because nobody has named it yet.</summary>
    [Theory]
    [InlineData("{ image: nginx }")]
    [InlineData("{ runtime: docker, name: web }")]
    [InlineData("{ labels: { app: web } }")]
    [InlineData("{ pod: web }")]
    [InlineData("{ expressions: [ { key: image, operator: NotIn, values: [nginx] } ] }")]
    [InlineData("{ expressions: [ { key: labels.app, operator: DoesNotExist } ] }")]
    [InlineData("{ expressions: [ { key: labels.app, operator: Exists } ] }")]
    public void Before_its_runtime_has_reported_it_nothing_is_decided(string selector) =>
        Read(selector).Selects(Unnamed).ShouldBeNull();

    [Theory]
    [InlineData("{ runtime: docker, id: 3f2c* }", true)]
    [InlineData("{ runtime: podman, image: nginx }", false)]
    [InlineData("{ id: 4*, name: web }", false)]
    [InlineData("{ qos: burstable, image: nginx }", false)]
    [InlineData($"{{ pod: {Uid} }}", false)]
    [InlineData("{ pod: 'a5c1f8d5-*' }", false)]
    [InlineData("{ expressions: [ { key: runtime, operator: NotIn, values: [podman] } ] }", true)]
    [InlineData("{ expressions: [ { key: qos, operator: Exists } ] }", false)]
    public void What_the_path_shows_is_decided_before(string selector, bool selected) =>
        Read(selector).Selects(Unnamed).ShouldBe(selected);

    [Theory]
    [InlineData("{ name: web-1 }", true)]
    [InlineData("{ image: nginx }", false)]
    [InlineData("{ expressions: [ { key: image, operator: NotIn, values: [nginx] } ] }", true)]
    [InlineData("{ expressions: [ { key: labels.app, operator: Exists } ] }", false)]
    public void A_container_without_a_runtime_that_reports_has_a_name_and_no_more(string selector, bool selected) =>
        Read(selector).Selects(Lxc).ShouldBe(selected);

    [Theory]
    [InlineData("{}", false)]
    [InlineData("{ runtime: docker, id: 3f2c* }", false)]
    [InlineData("{ runtime: lxc, name: web }", false)]
    [InlineData($"{{ pod: {Uid} }}", false)]
    [InlineData("{ pod: 'a5c1f8d5*' }", false)]
    [InlineData("{ expressions: [ { key: qos, operator: NotIn, values: [guaranteed] } ] }", false)]
    [InlineData("{ pod: db }", true)]
    [InlineData("{ pod: 'db*' }", true)]
    [InlineData("{ name: web }", true)]
    [InlineData("{ image: nginx }", true)]
    [InlineData("{ namespace: shop }", true)]
    [InlineData("{ labels: { app: web } }", true)]
    [InlineData("{ expressions: [ { key: labels.app, operator: Exists } ] }", true)]
    [InlineData("{ expressions: [ { key: pod, operator: Exists } ] }", true)]
    public void Runtimes_are_asked_only_for_what_no_path_shows(string selector, bool needsNames) =>
        Read(selector).NeedsNames.ShouldBe(needsNames);

    private static ContainerSelector Read(string selector) =>
        World.Set(World.Yaml("p", $"scope: {{ container: {selector} }}")).Policies.Single().Container!;

    private static ContainerFacts Facts(ReportedContainer? reported, params (string Key, string Value)[] path) =>
        new(Map(path), reported);

    private static ImmutableSortedDictionary<string, string> Map(params (string Key, string Value)[] entries) =>
        entries.ToImmutableSortedDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
}
