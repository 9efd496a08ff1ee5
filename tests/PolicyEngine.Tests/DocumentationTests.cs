using System.Text.RegularExpressions;
using NetEdit.PolicyEngine.Tests.Support;

namespace NetEdit.PolicyEngine.Tests;

/// <summary>What docs/policies.md shows is real: its policies are read, and its errors are what their policies give.</summary>
public sealed partial class DocumentationTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "policies.md"));

    [Fact]
    public void EveryPolicyIsRead()
    {
        var snippets = Snippets("yaml");

        snippets.Count.ShouldBeGreaterThanOrEqualTo(4);
        foreach (var snippet in snippets)
        {
            World.Read(snippet).Errors.ShouldBeEmpty(snippet);
        }
    }

    [Fact]
    public void TheErrorsAreThoseOfTheWrongPolicy() =>
        string.Concat(World.Read([("policies/wrong.yaml", Snippets("yaml wrong").ShouldHaveSingleItem())]).Errors.Select(error => error + "\n")).ShouldBe(Snippets("text errors").ShouldHaveSingleItem());

    [Fact]
    public void TheExampleOfPrecedenceIsDecidedAsItSays()
    {
        var policies = World.Set(string.Concat(Snippets("yaml").Where(snippet => snippet.Contains("precedence-", StringComparison.Ordinal)))).Policies;
        var decision = World.Decide(new PolicySet("", policies));

        Winner("10.1.2.3", 443).ShouldBe("precedence-tls");
        Winner("10.1.2.3", 80).ShouldBe("precedence-rack");
        Winner("10.9.9.9", 443).ShouldBe("precedence-site");
        Winner("192.0.2.1", 443).ShouldBe("precedence-host");

        string Winner(string peer, ushort port) => Lookup.Find(decision.Desired, new Connection("/", Generators.Prefix(peer), port, State.Direction.Outbound))["initial-cwnd"];
    }

    [Fact]
    public void TheBoundsAreThoseInForce()
    {
        foreach (var bound in (string[])[$"{PolicyLimits.FileBytes >> 20} MiB", $"{PolicyLimits.SetBytes >> 20} MiB", $"{PolicyLimits.Files}", $"{PolicyLimits.Policies}", $"{PolicyLimits.Depth}", $"{PolicyLimits.Containers}", $"{PolicyLimits.Rules}", $"{PolicyLimits.Profiles}"])
        {
            Text.ShouldContain($"| {bound} |");
        }
    }

    private static List<string> Snippets(string info) =>
        [.. Fence().Matches(Text).Where(match => match.Groups["info"].Value == info).Select(match => match.Groups["body"].Value)];

    [GeneratedRegex("^```(?<info>[a-z ]+)\\n(?<body>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Fence();
}
