using NetEdit.PolicyEngine.Tests.Support;

namespace NetEdit.PolicyEngine.Tests.Reading;

/// <summary>How much of a policy is done: observed alone, for a share, measured.</summary>
public sealed class ModeAndShareTests
{
    [Theory]
    [InlineData("25%", 2500)]
    [InlineData("0.01%", 1)]
    [InlineData("99.99%", 9999)]
    [InlineData("100%", null)]
    public void AShareIsRead(string text, int? share) =>
        World.Set(World.Yaml("a", $"share: {text}")).Policies[0].Share.ShouldBe(share);

    [Theory]
    [InlineData(
        "share: 0%",
        "6:10: spec.share '0%' must be a share of the connections above 0% and at most 100%, as in 25% or 0.5%"
    )]
    [InlineData(
        "share: 100.01%",
        "6:10: spec.share '100.01%' must be a share of the connections above 0% and at most 100%, as in 25% or 0.5%"
    )]
    [InlineData(
        "share: 25",
        "6:10: spec.share '25' must be a share of the connections above 0% and at most 100%; did you mean 25%?"
    )]
    [InlineData(
        "share: 0.001%",
        "6:10: spec.share '0.001%' must be a share of the connections above 0% and at most 100%, as in 25% or 0.5%"
    )]
    [InlineData(
        "mode: obsrve",
        "6:9: spec.mode 'obsrve' must be enforce (the default) or observe, which decides and "
            + "counts but sets nothing; did you mean 'observe'?"
    )]
    [InlineData("measure: yes", "6:12: spec.measure 'yes' must be true or false")]
    public void WhatIsWrongIsSaid(string spec, string expected) =>
        World.Read(World.Yaml("a", spec)).Errors.Single().ToString().ShouldBe("p.yaml:" + expected);

    [Fact]
    public void TheUsualModeIsToEnforce()
    {
        var set = World.Set(
            World.Yaml("a", "mode: enforce"),
            World.Yaml("b", "mode: observe\nmeasure: true"),
            World.Yaml("c")
        );

        set.Policies.Select(policy => policy.Observes).ShouldBe([false, true, false]);
        set.Policies.Select(policy => policy.Measures).ShouldBe([false, true, false]);
    }
}
