using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetEdit.PolicyEngine.Tests.Support;

namespace NetEdit.PolicyEngine.Tests.Reading;

/// <summary><c>spec.audit</c></summary>
public sealed class ProbeTests
{
    private const string Connections =
        "connections: [ { peers: [10.0.0.0/8], ports: [443, 8000-8999], direction: inbound }, { peers: "
        + "[10.1.0.0/16, \"fd00::/8\"], ports: [443], direction: outbound } ]";

    [Theory]
    [InlineData("10.1.0.2:443")]
    [InlineData("[fd00::2]:443")]
    [InlineData("[FD00::2]:443")]
    public void A_peer_that_the_policy_matches_is_read_and_printed(string probe)
    {
        var policy = World.Set(World.Yaml("p", $"{Connections}\naudit: {{ probe: \"{probe}\" }}")).Policies.Single();

        policy.Probe.ShouldBe(IPEndPoint.Parse(probe));
        World.Set(PolicyPrinter.Print(policy, TestCatalog.Standard)).Policies.Single().Probe.ShouldBe(policy.Probe);
        World
            .Set(World.Yaml("p", $"audit: {{ probe: \"{probe}\" }}"))
            .Policies.Single()
            .Probe.ShouldBe(policy.Probe, "all connections");
        Regex.IsMatch(probe, Pattern(), RegexOptions.None, TimeSpan.FromSeconds(1)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("10.1.0.2")]
    [InlineData("10.1:443")]
    [InlineData("10.1.0.02:443")]
    [InlineData("10.1.0.2:0")]
    [InlineData("10.1.0.2:65536")]
    [InlineData("fd00::2:443")]
    [InlineData("[fd00:0::2]:443")]
    [InlineData("[::ffff:10.1.0.2]:443")]
    [InlineData("[fe80::2%1]:443")]
    [InlineData("web:443")]
    public void What_is_no_address_and_port_is_an_error(string probe) =>
        World
            .Read(World.Yaml("p", $"audit: {{ probe: \"{probe}\" }}"))
            .Errors.ShouldHaveSingleItem()
            .Message.ShouldBe(
                $"spec.audit.probe '{probe}' must be an address and a port in their shortest form, as in "
                    + $"10.0.0.2:443 or \"[fd00::2]:443\"; names are not looked up"
            );

    [Theory]
    [InlineData("10.2.0.2:443", "it is for inbound connections")]
    [InlineData("10.1.0.2:80", "the server's port 80 is in none of its ports (443)")]
    [InlineData("192.0.2.1:443", "the peer is in none of its peers (10.1.0.0/16, fd00::/8)")]
    public void A_peer_that_the_policy_does_not_match_is_an_error_with_the_reason(string probe, string why)
    {
        var error = World
            .Read(World.Yaml("p", $"{Connections}\naudit: {{ probe: \"{probe}\" }}"))
            .Errors.ShouldHaveSingleItem();

        error.Message.ShouldBe(
            $"spec.audit.probe '{probe}' cannot test this policy, because spec.connections does not "
                + $"match the probe: {why}"
        );
        error.Column.ShouldBe(19);
    }

    [Fact]
    public void Root_makes_the_probe()
    {
        World
            .Read(
                World.Yaml(
                    "p",
                    "connections: [ { users: [root], interfaces: [eth0] } ]\naudit: { probe: \"10.0.0.2:443\" }"
                )
            )
            .Errors.ShouldBeEmpty();
        World
            .Read(World.Yaml("p", "connections: [ { users: [1000] } ]\naudit: { probe: \"10.0.0.2:443\" }"))
            .Errors.ShouldHaveSingleItem()
            .Message.ShouldEndWith("its socket is of user 0, none of its users (1000)");
    }

    [Fact]
    public void Audit_has_a_probe_and_nothing_else() =>
        World
            .Read(World.Yaml("p", "audit: { prob: 10.0.0.2:443 }"))
            .Errors.Select(error => error.Message)
            .ShouldBe(
                ["spec.audit.probe is missing", "unknown key 'prob' in spec.audit; did you mean 'probe'?"],
                ignoreOrder: true
            );

    private static string Pattern() =>
        (string)
            JsonNode.Parse(PolicySchema.Create(TestCatalog.Standard))!["properties"]!["spec"]!["properties"]!["audit"]![
                "properties"
            ]!["probe"]!["pattern"]!;
}
