using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace NetEdit.Systemd.Tests;

/// <summary>What the unit lets the agent do.</summary>
internal static partial class Rights
{
    private const double MostExposure = 3.7;

    private static readonly string[] Failures = ["Failed", "Quarantined", "AuditFailed"];

    public static void Exposure(ServiceHost host)
    {
        var verdict = host.Run("systemd-analyze security --no-pager netedit");

        double.Parse(Overall().Match(verdict).Groups["level"].Value, CultureInfo.InvariantCulture)
            .ShouldBeInRange(1, MostExposure, verdict);
    }

    /* Root without the unit looks for itself: what the agent found is kept below /run/netedit, which it does not see. */
    public static void Capabilities(ServiceHost host)
    {
        var root = JsonNode.Parse(
            host.Run("unshare --mount sh -c 'mount -t tmpfs none /run/netedit && netedit capabilities --output json'")
        )!;
        var metrics = host.Run(
            "exec 3<>/dev/tcp/127.0.0.1/9417; printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3; cat <&3"
        );
        var service = Capability()
            .Matches(metrics)
            .Where(match => match.Groups["has"].Value == "1")
            .Select(match => match.Groups["name"].Value);

        service.ShouldBe(
            root["capabilities"]!
                .AsArray()
                .Where(capability => (bool)capability!["available"]!)
                .Select(capability => (string)capability!["name"]!),
            ignoreOrder: true
        );
    }

    public static void Examples(ServiceHost host)
    {
        host.Run($"cp /usr/share/netedit/policies/*.yaml {ServiceHost.Policies}");
        var count = int.Parse(host.Run($"ls {ServiceHost.Policies} | wc -l"), CultureInfo.InvariantCulture);
        host.WaitForStatus($"{count} policies");

        var policies = JsonNode.Parse(host.Run("netedit status --agent --output json"))!["policies"]!.AsArray();
        policies.Count.ShouldBe(count);
        foreach (var policy in policies)
        {
            var text = policy!.ToJsonString();
            Failures.ShouldNotContain((string)policy["state"]!, text);
            policy["features"]!.AsArray().ShouldAllBe(feature => !Failures.Contains((string)feature!["state"]!), text);
            NoRight().IsMatch(text).ShouldBeFalse(text);
        }

        host.Run("cat /proc/sys/net/core/somaxconn").ShouldBe("8192");
        host.Journal().Where(entry => entry.Priority == "3").ShouldBeEmpty();
        host.Run($"cd /usr/share/netedit/policies && for file in *; do rm {ServiceHost.Policies}/$file; done");
        host.WaitForStatus("1 policy");
        host.WaitFor(
            () => HostContent.Of(host).Settings.SequenceEqual(host.Before!.Settings),
            "the settings of the network are as they were"
        );
    }

    [GeneratedRegex(
        @"Overall exposure level for netedit\.service: (?<level>[0-9.]+)",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex Overall();

    [GeneratedRegex(
        """^netedit_capability\{capability="(?<name>[^"]+)"\} (?<has>\d)""",
        RegexOptions.ExplicitCapture | RegexOptions.Multiline,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex Capability();

    [GeneratedRegex("EPERM|EACCES|CAP_[A-Z]", RegexOptions.None, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex NoRight();
}
