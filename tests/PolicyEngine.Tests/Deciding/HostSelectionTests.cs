using NetEdit.Model;
using NetEdit.PolicyEngine.Tests.Support;

namespace NetEdit.PolicyEngine.Tests.Deciding;

public sealed class HostSelectionTests
{
    [Theory]
    [InlineData("labels: { role: web, region: eu }", null, "")]
    [InlineData("labels: { role: db }", ReasonCodes.HostLabels, "needs host label role=db; this host has role=web")]
    [InlineData("labels: { zone: a }", ReasonCodes.HostLabels, "needs host label zone=a; this host has no label zone")]
    [InlineData("expressions: [ { key: region, operator: In, values: [us, eu] } ]", null, "")]
    [InlineData(
        "expressions: [ { key: region, operator: In, values: [us] } ]",
        ReasonCodes.HostExpression,
        "needs host label region in us; this host has region=eu"
    )]
    [InlineData(
        "expressions: [ { key: zone, operator: In, values: [a] } ]",
        ReasonCodes.HostExpression,
        "needs host label zone in a; this host has no label zone"
    )]
    [InlineData("expressions: [ { key: region, operator: NotIn, values: [us] } ]", null, "")]
    [InlineData("expressions: [ { key: zone, operator: NotIn, values: [a] } ]", null, "")]
    [InlineData(
        "expressions: [ { key: region, operator: NotIn, values: [eu, us] } ]",
        ReasonCodes.HostExpression,
        "needs host label region not in eu, us; this host has region=eu"
    )]
    [InlineData("expressions: [ { key: region, operator: Exists } ]", null, "")]
    [InlineData(
        "expressions: [ { key: zone, operator: Exists } ]",
        ReasonCodes.HostExpression,
        "needs a host label zone; this host has no label zone"
    )]
    [InlineData("expressions: [ { key: zone, operator: DoesNotExist } ]", null, "")]
    [InlineData(
        "expressions: [ { key: region, operator: DoesNotExist } ]",
        ReasonCodes.HostExpression,
        "needs no host label region; this host has region=eu"
    )]
    [InlineData("kernel: \">=6.1 <6.2\"", null, "")]
    [InlineData("kernel: \">=6.2\"", ReasonCodes.HostKernel, "needs a kernel >=6.2; this host has 6.1.9-test")]
    public void AHostIsSelectedWhenAllConditionsHold(string hosts, string? code, string text)
    {
        var decision = World.Decide(World.Yaml("a", $"hosts: {{ {hosts} }}")).Of("a");

        decision.State.ShouldBe(code is null ? PolicyState.Active : PolicyState.Skipped);
        if (code is not null)
        {
            decision.Reason.ShouldBe(new Reason(code, text));
            decision.Features.ShouldBeEmpty();
        }
    }

    [Theory]
    [InlineData("=6.1", true)]
    [InlineData("=6", true)]
    [InlineData("=6.1.9", true)]
    [InlineData("=6.1.8", false)]
    [InlineData("=6.2", false)]
    [InlineData("<=6.1", true)]
    [InlineData("<=6.1.8", false)]
    [InlineData("<=6", true)]
    [InlineData("<6.1", false)]
    [InlineData("<6.1.10", true)]
    [InlineData("<6", false)]
    [InlineData(">6.1", false)]
    [InlineData(">6.1.8", true)]
    [InlineData(">6", false)]
    [InlineData(">6.0", true)]
    [InlineData(">=6.1", true)]
    [InlineData(">=6.1.10", false)]
    [InlineData(">=6", true)]
    [InlineData(">=5.10 <6", false)]
    public void OnlyThePartsThatAreWrittenAreCompared(string range, bool isSelected) =>
        World
            .Decide(World.Yaml("a", $"hosts: {{ kernel: \"{range}\" }}"))
            .Of("a")
            .State.ShouldBe(isSelected ? PolicyState.Active : PolicyState.Skipped);

    [Fact]
    public void AKernelWithoutAVersionIsInNoRange() =>
        World
            .Decide(
                World.Set(World.Yaml("a", "hosts: { kernel: \">=2\" }")),
                World.Host with
                {
                    KernelRelease = "custom",
                }
            )
            .Of("a")
            .State.ShouldBe(PolicyState.Skipped);
}
