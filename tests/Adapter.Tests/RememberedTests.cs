using System.Collections.Immutable;
using System.Net.Sockets;
using NetEdit.Adapter.Maps;
using NetEdit.Features;
using NetEdit.Lab;
using NetEdit.Model;
using static NetEdit.Adapter.Tests.Tuning;

namespace NetEdit.Adapter.Tests;

/// <summary>What the storage of a socket remembers.</summary>
[Collection<KernelCollection>]
public sealed class RememberedTests
{
    /// <summary>The first event after a change of any rules, and be it the last of the connection, took both out of the storage.</summary>
    [KernelFact]
    public void A_change_of_rules_forgets_neither_what_was_refused_nor_that_the_connection_is_measured()
    {
        var keepalive = new KeepaliveFeature();
        var tooLong = new ParameterValues([new("idle", 100_000_000_000)]);
        using var scene = new KernelScene();
        scene.Tune((InitialCwnd, Segments(40)), (keepalive, tooLong));
        var chain = scene.Chain(scene.Cgroup, [InitialCwnd, keepalive]);
        var profile = new DesiredProfile(
            chain.Key,
            KernelScene.Profile(chain, (InitialCwnd, Segments(40)), (keepalive, tooLong)).Entries
        )
        {
            Measured = ["test"],
        };
        var rules = KernelScene.Everything(chain, profile);
        scene.Execute(new WriteProfile(profile, false, "test"), new SwitchRules(rules, "test"));
        using (var pair = scene.Connect())
        {
            Remembered().Select(tuning => tuning.Errors[1]?.Errno).ShouldBe(["EINVAL", "EINVAL"]);

            scene.Execute(
                new SwitchRules(new RuleTable([new PortRange(chain.Key + 1, 1, 1, 1)], rules.Prefixes), "test")
            );
            pair.Client.Shutdown(SocketShutdown.Send);
            SpinWait
                .SpinUntil(
                    () => Remembered().All(tuning => tuning.Generation == Generation()),
                    TimeSpan.FromSeconds(30)
                )
                .ShouldBeTrue();

            Remembered().Select(tuning => tuning.Errors[1]?.Errno).ShouldBe(["EINVAL", "EINVAL"]);
        }

        SpinWait
            .SpinUntil(
                () => scene.Adapter.ReadUsage().Measures.Sum(measures => (long)measures.Connections) == 2,
                TimeSpan.FromSeconds(30)
            )
            .ShouldBeTrue("both ends were measured when they closed");

        uint Generation() => scene.Adapter.Maps!.StateMap.Generation;

        ImmutableArray<RememberedTuning> Remembered()
        {
            var tunings = ImmutableArray.CreateBuilder<RememberedTuning>();
            scene.Adapter.ReadConnections(connection => Keep(connection.Tuning));
            return tunings.ToImmutable();

            void Keep(RememberedTuning? tuning)
            {
                if (tuning?.Chain == chain.Key)
                {
                    tunings.Add(tuning);
                }
            }
        }
    }
}
