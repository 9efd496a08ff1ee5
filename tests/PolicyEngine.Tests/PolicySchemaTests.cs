using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetEdit.PolicyEngine.Tests.Support;

namespace NetEdit.PolicyEngine.Tests;

public sealed class PolicySchemaTests
{
    private static readonly JsonNode Schema = JsonNode.Parse(PolicySchema.Create(TestCatalog.Standard))!;

    [Fact]
    public void TheSameFeaturesGiveTheSameText()
    {
        var text = PolicySchema.Create(TestCatalog.Standard);

        PolicySchema.Create(TestCatalog.Standard).ShouldBe(text);
        text.ShouldEndWith("}\n");
        text.ShouldNotContain("\r");
        text.ShouldNotContain("\\u");
    }

    [Fact]
    public void EveryMappingIsClosedAndEveryKeyDescribed()
    {
        Schema["$schema"]!.GetValue<string>().ShouldBe("https://json-schema.org/draft/2020-12/schema");
        var spec = Schema["properties"]!["spec"]!;
        spec["required"]!.AsArray().Select(node => node!.GetValue<string>()).ShouldBe(["tuning"]);
        foreach (
            var closed in (JsonNode[])
                [
                    Schema,
                    Schema["properties"]!["metadata"]!,
                    spec,
                    spec["properties"]!["hosts"]!,
                    spec["properties"]!["connections"]!["items"]!,
                    Feature("pacing"),
                ]
        )
        {
            closed["additionalProperties"]!.GetValue<bool>().ShouldBeFalse();
            closed["description"]!.GetValue<string>().ShouldNotBeEmpty();
        }
    }

    [Fact]
    public void AFeatureHasItsParametersBoundsAndUnits()
    {
        Feature("initial-cwnd")["required"]!.AsArray().Single()!.GetValue<string>().ShouldBe("segments");
        var segments = Feature("initial-cwnd")["properties"]!["segments"]!;
        segments["type"]!.GetValue<string>().ShouldBe("integer");
        segments["minimum"]!.GetValue<long>().ShouldBe(1);
        segments["maximum"]!.GetValue<long>().ShouldBe(1000);
        Feature("receive-window")["properties"]!["clamp"]!["description"]!
            .GetValue<string>()
            .ShouldBe("The largest window; 1KiB to 1GiB");
        Feature("dctcp")["properties"]!.AsObject().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("receive-window", "clamp", "64KiB 512B 4MiB 1GiB 5kB 5MB 5GB", "64 64kib 1.5MiB 064KiB KiB")]
    [InlineData("pacing", "rate", "10Gbit 1kbit 7bit 3Mbit", "10 10G 10gbit")]
    [InlineData("pacing", "delay", "5ms 200us 1s", "5 5m 1min")]
    public void PatternsTakeUnitsAndNothingElse(string feature, string parameter, string good, string bad)
    {
        var pattern = Feature(feature)["properties"]![parameter]!["pattern"]!.GetValue<string>();

        good.Split(' ').ShouldAllBe(text => Regex.IsMatch(text, pattern, RegexOptions.None, TimeSpan.FromSeconds(1)));
        bad.Split(' ').ShouldAllBe(text => !Regex.IsMatch(text, pattern, RegexOptions.None, TimeSpan.FromSeconds(1)));
    }

    [Theory]
    [InlineData("id", "3f2c* 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", "3f2c * web 3F2C*")]
    [InlineData(
        "pod",
        "a5c1f8d5-* a5c1f8d5-1919-434d-add7-4afaafdaef89 0d51c5ee4bc9d6c56b0b4eb6ab8a4a5c db web-7d4b9-xk2lp web-*",
        "we*b shop/web *"
    )]
    [InlineData("namespace", "shop kube-system kube-* a", "Shop shop_1 -shop shop- *")]
    [InlineData(
        "image",
        "nginx nginx:1.25 ngi* nginx:1.* team/web registry.example:5000/a/b:7 localhost/web:a_B.c "
            + "nginx@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef a__b.c-d",
        "Nginx nginx: nginx@sha256:0123 /nginx nginx/ * ngi*nx registry.example/Web nginx@md5:0123"
    )]
    [InlineData("name", "web web-* 100 a.b_c", "we*b /web")]
    public void LabelsOfContainersAreThoseTheReaderTakes(string label, string good, string bad)
    {
        var container = Schema["properties"]!["spec"]!["properties"]!["scope"]!["properties"]!["container"]!;
        container["additionalProperties"]!.GetValue<bool>().ShouldBeFalse();
        var pattern = container["properties"]![label]!["pattern"]!.GetValue<string>();

        foreach (var text in good.Split(' ').Concat(bad.Split(' ')))
        {
            var taken = Regex.IsMatch(text, pattern, RegexOptions.None, TimeSpan.FromSeconds(1));
            taken.ShouldBe(good.Split(' ').Contains(text), text);
            World
                .Read(World.Yaml("p", $"scope: {{ container: {{ {label}: \"{text}\" }} }}"))
                .Errors.IsEmpty.ShouldBe(taken, text);
        }
    }

    private static JsonNode Feature(string name) =>
        Schema["properties"]!["spec"]!["properties"]!["tuning"]!["properties"]![name]!;
}
