namespace NetEdit.Agent.Tests.Docs;

/// <summary>docs/architecture.md says what each capability of the shipped unit is for.</summary>
public sealed class ServiceRightsTests
{
    private const string Bounding = "CapabilityBoundingSet=";
    private const string Row = "| `CAP_";

    [Fact]
    public void Each_capability_of_the_unit_has_its_reason_and_no_other_has()
    {
        var unit = File.ReadLines(Path.Combine(Repository.Root, "packaging", "netedit.service"))
            .Single(line => line.StartsWith(Bounding, StringComparison.Ordinal));

        var reasons = File.ReadLines(Path.Combine(Repository.Root, "docs", "architecture.md"))
            .Where(line => line.StartsWith(Row, StringComparison.Ordinal))
            .Select(line => line.Split('`')[1]);

        reasons.ShouldBe(unit[Bounding.Length..].Split(' '), ignoreOrder: true);
    }
}
