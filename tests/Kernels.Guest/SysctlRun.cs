using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using NetEdit.Lab;
using NetEdit.Model;
using Shouldly;

namespace NetEdit.Kernels.Guest;

/// <summary>Sysctls, by an agent in the network namespace of one of two hosts: they hold for all of it, so no other feature runs beside.</summary>
internal sealed class SysctlRun(Scene scene)
{
    private const string Feature = "sysctl";
    private const string Memory = "net.ipv4.tcp_rmem";
    private const string Ecn = "net.ipv4.tcp_ecn";
    private const string Queue = "net.core.somaxconn";
    private const int Buffer = 200_000;
    private const TcpHeaderFlags Asked = TcpHeaderFlags.Ece | TcpHeaderFlags.Cwr;

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly SysctlHost _host = new(scene);
    private readonly CheckLog _log = new(Feature);

    public FeatureReport Run()
    {
        var (memory, queue) = (_host[Memory], _host[Queue]);
        _host.Write($$"""{ {{Memory}}: "4096 {{Buffer}} 6291456", {{Ecn}}: 1, {{Queue}}: 8192 }""");
        var decided = new FeatureDecision(Feature, PolicyState.Failed, null, "", [], []);
        _log.Check("nothing before", () => _host.Observe().Syn.ShouldBe(TcpHeaderFlags.None));
        _log.Check(
            "effect",
            () =>
            {
                var agent = _host.StartAgent();
                decided = agent.Status()["policies"]![0]!["features"]![0].Deserialize<FeatureDecision>(Form)!;
                _host.Observe().ShouldBe((Buffer, Asked));
                agent.Kill();
            }
        );
        _log.Check("on while the agent is killed", () => _host.Observe().ShouldBe((Buffer, Asked)));
        AgentProcess? next = null;
        _log.Check(
            "adopted without a change",
            () =>
            {
                next = _host.StartAgent();
                next.Actions.ShouldBeEmpty();
            }
        );
        _log.Check(
            "changed value",
            () =>
            {
                _host.Write($$"""{ {{Memory}}: "4096 {{Buffer * 2}} 6291456", {{Queue}}: 8192 }""");
                next!.Reconcile();
                _host.Observe().ShouldBe((Buffer * 2, TcpHeaderFlags.None));
            }
        );
        _log.Check(
            "paused",
            () =>
            {
                next!.Pause();
                _host[Memory].ShouldBe(memory);
                next.Resume();
                _host.Observe().Buffer.ShouldBe(Buffer * 2);
            }
        );
        _log.Check(
            "what an administrator sets stays",
            () =>
            {
                _host[Queue] = "777";
                next!.Reconcile().StateOf("host").ShouldBe("Degraded changed-by-others");
                _host[Queue].ShouldBe("777");
                _host[Queue] = queue;
                next.Reconcile().StateOf("host").ShouldBe("Active none");
                _host[Queue].ShouldBe("8192");
            }
        );
        _log.Check(
            "removed with the policy",
            () =>
            {
                _host.Remove();
                next!.Reconcile();
                (_host[Memory], _host[Queue], Directory.Exists(scene.Pins)).ShouldBe((memory, queue, false));
            }
        );
        _log.Check("what this kernel lacks is named, and it takes both bounds of all others", () => Bounds(next!));
        _log.Check("uninstalled without residue", scene.Dispose);
        return new FeatureReport(Feature, decided.State, decided.Variant, decided.Reasons, _log.Checks);
    }

    /// <summary>Every number that a policy may name, at its least and at its most.</summary>
    private void Bounds(AgentProcess agent)
    {
        var parameters = Netedit.Run("features", "-o", "json").Json["features"]!
            .AsArray()
            .Single(feature => (string?)feature!["name"] == Feature)!["parameters"]!
            .AsArray()
            .Where(parameter => (string?)parameter!["kind"] == "count")
            .ToList();
        var names = parameters.Select(parameter => (string)parameter!["name"]!).ToList();
        var there = names.Where(name => File.Exists("/proc/sys/" + name.Replace('.', '/'))).ToImmutableArray();
        foreach (var bound in (string[])["minimum", "maximum"])
        {
            var values = parameters.ToDictionary(
                parameter => (string)parameter!["name"]!,
                parameter => (string)parameter![bound]!,
                StringComparer.Ordinal
            );
            _host.Write("{ " + string.Join(", ", values.Select(value => $"{value.Key}: {value.Value}")) + " }");
            var status = agent.Reconcile();
            // At either end tcp_retries2 is what an RFC advises against, or over before another route is looked for.
            status
                .StateOf("host")
                .ShouldBe(
                    there.Length == names.Count ? "Degraded value-harms" : "Degraded sysctl-missing",
                    status.ToJsonString()
                );
            there.Where(name => _host[name] != values[name]).ShouldBeEmpty(bound);
        }

        _host.Remove();
        agent.Reconcile();
    }
}
