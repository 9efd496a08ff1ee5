using NetEdit.Features;
using NetEdit.Model;
using NetEdit.PolicyEngine.Tests.Support;

namespace NetEdit.PolicyEngine.Tests;

/// <summary>Holds docs/policies.md to the code: its errors, its example of precedence and its bounds.</summary>
public sealed class DocumentationTests
{
    private const string Page = "docs/policies.md";

    [Fact]
    public void TheErrorsAreThoseOfTheWrongPolicy() =>
        string.Concat(
                World
                    .Read([("policies/wrong.yaml", Snippets("yaml wrong").ShouldHaveSingleItem())])
                    .Errors.Select(error => error + "\n")
            )
            .ShouldBe(Snippets("text errors").ShouldHaveSingleItem());

    [Fact]
    public void TheExampleOfPrecedenceIsDecidedAsItSays()
    {
        var policies = World
            .Set(
                string.Concat(
                    Snippets("yaml").Where(snippet => snippet.Contains("precedence-", StringComparison.Ordinal))
                )
            )
            .Policies;
        var decision = World.Decide(new PolicySet("", policies));

        Winner("10.1.2.3", 443).ShouldBe("precedence-tls");
        Winner("10.1.2.3", 80).ShouldBe("precedence-rack");
        Winner("10.9.9.9", 443).ShouldBe("precedence-site");
        Winner("192.0.2.1", 443).ShouldBe("precedence-host");

        string Winner(string peer, ushort port) =>
            Lookup.Find(decision.Desired, new Connection("/", Generators.Prefix(peer), port, Direction.Outbound))[
                "initial-cwnd"
            ];
    }

    [Fact]
    public void TheBoundsAreThoseInForce()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, Page));
        foreach (
            var bound in (string[])
                [
                    $"{PolicyLimits.FileBytes >> 20} MiB",
                    $"{PolicyLimits.SetBytes >> 20} MiB",
                    $"{PolicyLimits.Files}",
                    $"{PolicyLimits.Policies}",
                    $"{PolicyLimits.Depth}",
                    $"{PolicyLimits.Containers}",
                    $"{PolicyLimits.Rules}",
                    $"{PolicyLimits.Profiles}",
                ]
        )
        {
            text.ShouldContain($"| {bound} |");
        }
    }

    private static IEnumerable<string> Snippets(string info) =>
        FencedBlock.OfPage(Page).Where(block => block.Info == info).Select(block => block.Text);
}
