using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Json.Schema;
using NetEdit.Agent.Cli;
using NetEdit.Agent.Tests.Cli;

namespace NetEdit.Agent.Tests.Docs;

/// <summary>Holds every policy that the repository shows to <c>netedit schema</c> and <c>netedit validate</c>.</summary>
public sealed class PolicyExamplesTests : IDisposable
{
    private const string Valid = "yaml";
    private const string Invalid = "yaml wrong";
    private const int LeastBlocks = 10;
    private const int LeastFiles = 12;

    private static readonly ImmutableArray<string> Folders = ["policies", "bench/effects/policies"];
    private static readonly Lazy<JsonSchema> Schema = new(() =>
        JsonSchema.FromText(NeteditInProcess.Run("schema").Out)
    );

    private readonly TemporaryDirectory _directory = new();

    public static TheoryData<string> Blocks => [.. Pages(Valid).Select(block => block.ToString())];

    public static TheoryData<string> Files => [.. PolicyFiles()];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_examples_are_found()
    {
        Blocks.Count.ShouldBeGreaterThanOrEqualTo(LeastBlocks);
        Files.Count.ShouldBeGreaterThanOrEqualTo(LeastFiles);
        FencedBlock
            .OfAllPages()
            .Where(block => LooksLikePolicy(block) && block.Info is not (Valid or Invalid))
            .ShouldBeEmpty($"policies are checked in blocks of '{Valid}' and '{Invalid}'");
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void A_documented_policy_is_valid(string place) =>
        ShouldBeValid(Pages(Valid).Single(block => block.ToString() == place).Text);

    [Theory]
    [MemberData(nameof(Files))]
    public void A_policy_file_is_valid(string path) =>
        ShouldBeValid(File.ReadAllText(Path.Combine(Repository.Root, path)));

    [Fact]
    public void The_documented_wrong_policy_is_refused()
    {
        var wrong = Pages(Invalid).ShouldHaveSingleItem().Text;
        var places = Problems(wrong).Select(problem => problem.Split(':')[0]).Distinct(StringComparer.Ordinal);

        places
            .Order(StringComparer.Ordinal)
            .ShouldBe([
                "/metadata/name",
                "/spec/connections/0/direction",
                "/spec/priorty",
                "/spec/scope/cgroup",
                "/spec/tuning/initial-cwnd/segments",
                "/spec/tuning/receive-window/bufer",
                "/spec/tuning/receive-window/clamp",
            ]);
        Validate(wrong).ExitCode.ShouldBe(ExitCode.InvalidPolicy);
    }

    /// <summary>Without quotes they are numbers and truth values for an editor, and texts for the reader.</summary>
    [Theory]
    [InlineData("scope: { container: { name: 100 } }")]
    [InlineData("scope: { container: { name: 1.5 } }")]
    [InlineData("scope: { container: { name: true } }")]
    [InlineData("scope: { interfaces: [100] }")]
    [InlineData("connections: [ { interfaces: [100] } ]")]
    [InlineData("connections: [ { users: [1000] } ]")]
    public void A_text_that_looks_like_a_number_is_one_for_the_schema_and_the_reader(string spec) =>
        ShouldBeValid(Policy(spec, "{ dctcp: {} }"));

    [Theory]
    [InlineData("priorty: 10", "{ dctcp: {} }", "/spec/priorty")]
    [InlineData("priority: 5000000000", "{ dctcp: {} }", "/spec/priority")]
    [InlineData("priority: high", "{ dctcp: {} }", "/spec/priority")]
    [InlineData("mode: watch", "{ dctcp: {} }", "/spec/mode")]
    [InlineData("share: 0.25", "{ dctcp: {} }", "/spec/share")]
    [InlineData("measure: sometimes", "{ dctcp: {} }", "/spec/measure")]
    [InlineData("scope: { cgroup: web.slice }", "{ dctcp: {} }", "/spec/scope/cgroup")]
    [InlineData("scope: { container: { runtime: dokcer } }", "{ dctcp: {} }", "/spec/scope/container/runtime")]
    [InlineData("scope: { container: { id: 100 } }", "{ dctcp: {} }", "/spec/scope/container/id")]
    [InlineData("hosts: { kernel: newest }", "{ dctcp: {} }", "/spec/hosts/kernel")]
    [InlineData("connections: []", "{ dctcp: {} }", "/spec/connections")]
    [InlineData("connections: [ { peers: [host.example] } ]", "{ dctcp: {} }", "/spec/connections/0/peers/0")]
    [InlineData("connections: [ { ports: [70000] } ]", "{ dctcp: {} }", "/spec/connections/0/ports/0")]
    [InlineData("connections: [ { ports: [http] } ]", "{ dctcp: {} }", "/spec/connections/0/ports/0")]
    [InlineData("", "{}", "/spec/tuning")]
    [InlineData("", "{ dctcp: { on: true } }", "/spec/tuning/dctcp/on")]
    [InlineData("", "{ initial-cwnd: {} }", "/spec/tuning/initial-cwnd")]
    [InlineData("", "{ initial-cwnd: { segments: 100000 } }", "/spec/tuning/initial-cwnd/segments")]
    [InlineData("", "{ initial-cwnd: { segments: 40KiB } }", "/spec/tuning/initial-cwnd/segments")]
    [InlineData("", "{ initial-cwnd: { segments: \"40\" } }", "/spec/tuning/initial-cwnd/segments")]
    [InlineData("", "{ receive-window: { clamp: 65536 } }", "/spec/tuning/receive-window/clamp")]
    [InlineData("", "{ receive-window: { clamp: 64kib } }", "/spec/tuning/receive-window/clamp")]
    [InlineData("", "{ pacing: { rate: 10MB } }", "/spec/tuning/pacing/rate")]
    [InlineData("", "{ sysctl: { net.core.somaxconn: 1 } }", "/spec/tuning/sysctl/net.core.somaxconn")]
    public void An_invalid_policy_is_refused_at_its_error(string spec, string tuning, string place)
    {
        var policy = Policy(spec, tuning);

        Problems(policy).ShouldContain(problem => problem.StartsWith(place + ":", StringComparison.Ordinal));
        Validate(policy).ExitCode.ShouldBe(ExitCode.InvalidPolicy);
    }

    [Theory]
    [InlineData("", "{ receive-window: { clamp: 64GiB } }")]
    [InlineData("connections: [ { peers: [10.0.0.1/8] } ]", "{ dctcp: {} }")]
    [InlineData("connections: [ { ports: [9000-8000] } ]", "{ dctcp: {} }")]
    [InlineData("scope: { cgroup: /web.slice, unit: web.service }", "{ dctcp: {} }")]
    public void The_reader_refuses_what_the_schema_cannot_say(string spec, string tuning)
    {
        var policy = Policy(spec, tuning);

        Problems(policy).ShouldBeEmpty();
        Validate(policy).ExitCode.ShouldBe(ExitCode.InvalidPolicy);
    }

    private static IEnumerable<FencedBlock> Pages(string info) =>
        FencedBlock.OfAllPages().Where(block => block.Info == info);

    private static IEnumerable<string> PolicyFiles() =>
        Folders
            .Select(folder => Path.Combine(Repository.Root, folder))
            .SelectMany(folder => Directory.GetFiles(folder, "*.yaml", SearchOption.AllDirectories))
            .Select(path => Path.GetRelativePath(Repository.Root, path))
            .Order(StringComparer.Ordinal);

    private static bool LooksLikePolicy(FencedBlock block) =>
        block.Text.Contains("kind: TuningPolicy", StringComparison.Ordinal);

    private static string Policy(string spec, string tuning) =>
        $$"""
            apiVersion: netedit/v1
            kind: TuningPolicy
            metadata: { name: example }
            spec:
              {{spec}}
              tuning: {{tuning}}
            """;

    /// <summary>What the schema refuses, as <c>pointer: reason</c>.</summary>
    private static IEnumerable<string> Problems(string policies)
    {
        var options = new EvaluationOptions { OutputFormat = OutputFormat.List };
        return YamlJson
            .Convert(policies)
            .Select(document => Schema.Value.Evaluate(JsonSerializer.SerializeToElement(document), options))
            .SelectMany(result => result.Details is { Count: > 0 } details ? details : [result])
            .SelectMany(detail => detail.Errors ?? [], (detail, error) => $"{detail.InstanceLocation}: {error.Value}");
    }

    private void ShouldBeValid(string policies)
    {
        Problems(policies).ShouldBeEmpty(policies);
        var result = Validate(policies);
        result.ExitCode.ShouldBe(ExitCode.Ok, result.Out + result.Error);
    }

    private CliResult Validate(string policies)
    {
        _directory.Write("policy.yaml", policies);
        return NeteditInProcess.Run("validate", _directory.Path);
    }
}
