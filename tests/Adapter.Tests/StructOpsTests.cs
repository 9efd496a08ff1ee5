using NetEdit.Adapter.Hookpoints;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Objects;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Lab;
using NetEdit.Model;
using static NetEdit.Adapter.Tests.Tuning;

namespace NetEdit.Adapter.Tests;

[Collection<KernelCollection>]
public sealed class StructOpsTests
{
    private static CongestionControl Control => Dctcp.Variants[0].CongestionControls.Single();

    [KernelFact]
    public void A_new_version_takes_the_place_of_the_registered_one_and_sockets_go_on()
    {
        using var scene = new KernelScene();
        scene.Tune((Dctcp, ParameterValues.Empty));
        using var old = scene.Connect();
        var before = scene.Adapter.Observe().Algorithms.Single();

        // A byte after the end of the object is another version with the same programs.
        byte[] image = [.. Control.Object.Image.Span, 0];
        var newer = new DesiredAlgorithm("dctcp", "bpf", Control with { Object = new BpfObject("newer", () => image) });
        scene.Execute(new RegisterAlgorithm(newer, before.Digest, "test"));

        var after = scene.Adapter.Observe();
        after.Orphans.ShouldBeEmpty();
        var registered = after.Algorithms.Single(algorithm => algorithm.Registered);
        registered.Digest.ShouldBe(DesiredDigest.OfAlgorithm(newer));
        registered.MapId.ShouldNotBe(before.MapId);
        var draining = after.Algorithms.Single(algorithm => !algorithm.Registered);
        draining.MapId.ShouldBe(before.MapId);
        draining.Users.ShouldBe(2, "both ends of the connection run the former version until they close");
        scene.Adapter.ReadUsage().Algorithms.ShouldAllBe(version => version.MemoryBytes > 0);
        old.SendToServer(100_000);
        old.Client.GetCongestionControl().ShouldBe(Control.Algorithm);
        using var young = scene.Connect();
        young.Client.GetCongestionControl().ShouldBe(Control.Algorithm);
    }

    /// <summary>What kernels before 6.4 have; this one still knows it.</summary>
    [KernelTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Without_links_a_map_update_registers_and_a_map_delete_takes_away(bool mapPinLost)
    {
        using var scene = new KernelScene();
        var mechanism = new StructOpsHookpoint().Mechanisms.Single(mechanism =>
            mechanism.Capability == CapabilityNames.StructOps
        );
        var ledger = new LedgerDirectory(scene.Adapter.LedgerPath);
        var digest = Control.Object.Digest[..16];
        using (var loaded = LoadedObject.Open("dctcp", Control.Object.Image.ToArray()))
        {
            mechanism.Prepare(loaded);
            loaded.Load();
            var table = LibBpf.bpf_map__fd(StructOpsHookpoint.TableOf(loaded));
            foreach (
                var (kind, fd) in new[]
                {
                    (GenerationPin.Map, table),
                    (GenerationPin.Data, LibBpf.bpf_map__fd(loaded.Map(".bss"))),
                }
            )
            {
                LedgerDirectory.Pin(
                    fd,
                    ledger.AlgorithmPin(Control.Algorithm, kind, 1, digest, KernelInfo.MapId(table))
                );
            }

            mechanism.Attach(loaded, AttachPoint.None).ShouldBeEmpty();
        }

        var observed = scene.Adapter.Observe().Algorithms.Single();
        observed.ShouldBe(new ObservedAlgorithm(Control.Algorithm, digest, observed.MapId, Registered: true));
        if (mapPinLost)
        {
            File.Delete(Directory.GetFiles(ledger.AlgorithmDirectory(Control.Algorithm), "map-*").Single());
            scene.Adapter.Observe().Algorithms.Single().ShouldBe(observed with { Pinned = false });
        }

        scene.Network.Client.Run(Choose).ShouldBe(Control.Algorithm);

        scene.Execute(new UnregisterAlgorithm(Control.Algorithm, Drain: true, "test"));

        Should.Throw<Exception>(() => scene.Network.Client.Run(Choose));

        static string Choose()
        {
            using var socket = new System.Net.Sockets.Socket(
                System.Net.Sockets.AddressFamily.InterNetwork,
                System.Net.Sockets.SocketType.Stream,
                System.Net.Sockets.ProtocolType.Tcp
            );
            socket.SetCongestionControl(Control.Algorithm);
            return socket.GetCongestionControl();
        }
    }
}
