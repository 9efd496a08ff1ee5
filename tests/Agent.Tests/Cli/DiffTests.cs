using System.Text;
using NetEdit.Agent.Cli;
using NetEdit.Agent.Cli.Verbs;
using NetEdit.Agent.Comparing;
using NetEdit.Agent.Plugins;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Tests.Cli;

/// <summary>What <c>diff</c> says.</summary>
public sealed class DiffTests : IDisposable
{
    private const string Web = """
        apiVersion: netedit/v1
        kind: TuningPolicy
        metadata: { name: web, labels: { team: media } }
        spec:
          scope: { cgroup: /web }
          connections: [ { peers: [10.0.0.0/8], ports: [443] } ]
          tuning: { initial-cwnd: { segments: 10 }, ecn: {} }
        """;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Each_parameter_that_changes_is_named_with_both_values()
    {
        var after = Web.Replace("segments: 10", "segments: 40", StringComparison.Ordinal)
            .Replace(", ecn: {}", "", StringComparison.Ordinal)
            .Replace("[443]", "[443, 8000-8999]", StringComparison.Ordinal)
            .Replace("spec:", "spec:\n  priority: 100", StringComparison.Ordinal);

        Text(Web, after)
            .ShouldStartWith(
                """
                ~ policy web (web.yaml:1)
                    spec.connections[0].ports          [443] → [443, 8000-8999]
                    spec.priority                      (omitted) → 100
                    spec.tuning.ecn                    {} → (omitted)
                    spec.tuning.initial-cwnd.segments  10 → 40
                1 policy would change: revision
                """
            );
    }

    [Fact]
    public void The_same_written_otherwise_is_no_difference() =>
        Text(Web, "# a comment\n" + Web.Replace("[443]", "[ 443 ]", StringComparison.Ordinal))
            .ShouldStartWith("no differences: revision ");

    [Fact]
    public void A_policy_that_is_renamed_is_removed_and_new()
    {
        var text = Text(Web, Web.Replace("name: web", "name: api", StringComparison.Ordinal));

        text.ShouldContain("+ policy api (web.yaml:1)\n");
        text.ShouldContain("- policy web (web.yaml:1)\n");
        text.ShouldContain("2 policies would change");
    }

    [Fact]
    public void Without_policies_in_force_all_is_new_and_it_exits_2()
    {
        var result = Diff(_directory.Write("web.yaml", Web));

        result.ExitCode.ShouldBe(ExitCode.ChangesPending, result.Error);
        result.Out.ShouldStartWith("+ policy web (");
        result.Out.ShouldContain("\n    spec.tuning.initial-cwnd.segments  10\n");
        result.Out.ShouldContain("\n1 policy would change: no policies → revision ");
    }

    [Fact]
    public void Invalid_policies_exit_3()
    {
        var result = Diff(_directory.Write("web.yaml", Web.Replace("443", "x", StringComparison.Ordinal)));

        result.ExitCode.ShouldBe(ExitCode.InvalidPolicy);
        result.Error.ShouldContain("web.yaml:6:");
    }

    private static string Text(string before, string after)
    {
        using var output = new StringWriter { NewLine = "\n" };
        var catalog = new FeatureCatalog([FeatureCatalog.BuiltInDirectory]);
        DiffVerb.Write(
            output,
            new PolicyDifferences(catalog).Between(Read(before, catalog), Read(after, catalog)),
            color: false
        );
        return output.ToString();
    }

    private static PolicySet Read(string text, FeatureCatalog catalog) =>
        PolicyReader
            .Read([("web.yaml", new ReadOnlyMemory<byte>(Encoding.UTF8.GetBytes(text)))], catalog)
            .Set.ShouldNotBeNull();

    private CliResult Diff(string file) =>
        NeteditInProcess.Run("diff", file, "--state", _directory.Combine("state"), "--socket", "/nowhere/agent.sock");
}
