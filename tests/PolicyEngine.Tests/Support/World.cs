using System.Collections.Immutable;
using System.Text;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.PolicyEngine.Tests.Support;

/// <summary>Hosts, capabilities and short ways to read and decide.</summary>
internal static class World
{
    private static readonly string[] AllCapabilities =
    [
        CapabilityNames.Cgroup2,
        CapabilityNames.BpfFileSystem,
        CapabilityNames.Btf,
        CapabilityNames.Sockops,
        CapabilityNames.CgroupLink,
        CapabilityNames.SocketStorage,
        CapabilityNames.StructOps,
        CapabilityNames.StructOpsKfunc,
    ];

    public static HostFacts Host { get; } =
        new()
        {
            KernelRelease = "6.1.9-test",
            Labels = ImmutableSortedDictionary.CreateRange(
                StringComparer.Ordinal,
                [KeyValuePair.Create("role", "web"), KeyValuePair.Create("region", "eu")]
            ),
            Cgroups = Cgroups("/", "/a", "/a/b", "/ab", "/c"),
        };

    public static CapabilityReport Capabilities { get; } = Lacking();

    public static CapabilityReport Lacking(params string[] missing) =>
        new(
            "6.1.9-test",
            [
                .. AllCapabilities.Select(name =>
                    missing.Contains(name, StringComparer.Ordinal)
                        ? new Capability(name, false, $"the probe of {name} failed")
                        : new Capability(name, true, "it works")
                ),
            ]
        );

    public static CapabilityReport NotKnowing(params string[] unknown) =>
        Capabilities with
        {
            Capabilities =
            [
                .. Capabilities.Capabilities.Select(known =>
                    unknown.Contains(known.Name, StringComparer.Ordinal)
                        ? Capability.Unknown(known.Name, "EPERM")
                        : known
                ),
            ],
        };

    public static ImmutableSortedDictionary<string, ulong> Cgroups(params string[] paths) =>
        paths
            .Index()
            .ToImmutableSortedDictionary(pair => pair.Item, pair => (ulong)pair.Index + 1, StringComparer.Ordinal);

    /// <summary>A policy's text: its name, what stands under spec beside tuning (flow or lines, indented by two), and its tuning.</summary>
    public static string Yaml(string name, string spec = "", string tuning = "{ initial-cwnd: { segments: 10 } }") =>
        $"---\napiVersion: netedit/v1\nkind: TuningPolicy\nmetadata: {{ name: {name} }}\nspec:\n"
        + string.Concat(spec.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => "  " + line + "\n"))
        + $"  tuning: {tuning}\n";

    public static PolicyReadResult Read(string text, IFeatureCatalog? catalog = null) =>
        Read([("p.yaml", text)], catalog);

    public static PolicyReadResult Read(
        IEnumerable<(string File, string Text)> files,
        IFeatureCatalog? catalog = null
    ) =>
        PolicyReader.Read(
            files.Select(file => (file.File, (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(file.Text))),
            catalog ?? TestCatalog.Standard
        );

    public static PolicySet Set(params string[] policies) => Set(TestCatalog.Standard, policies);

    public static PolicySet Set(IFeatureCatalog catalog, params string[] policies)
    {
        var result = Read(string.Concat(policies), catalog);
        result.Errors.ShouldBeEmpty();
        return result.Set.ShouldNotBeNull();
    }

    public static Decision Decide(params string[] policies) => Decide(Set(policies));

    public static Decision Decide(
        PolicySet set,
        HostFacts? host = null,
        CapabilityReport? capabilities = null,
        IFeatureCatalog? catalog = null,
        params Rejection[] rejections
    ) => Decider.Decide(set, host ?? Host, capabilities ?? Capabilities, catalog ?? TestCatalog.Standard, rejections);

    public static PolicyDecision Of(this Decision decision, string policy) =>
        decision.Policies.Single(candidate => candidate.Policy == policy);

    public static FeatureDecision Of(this Decision decision, string policy, string feature) =>
        decision.Of(policy).Features.Single(candidate => candidate.Feature == feature);
}
