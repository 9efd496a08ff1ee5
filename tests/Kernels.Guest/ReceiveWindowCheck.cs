using System.Globalization;
using System.Net.Sockets;
using NetEdit.Lab;
using Shouldly;

namespace NetEdit.Kernels.Guest;

/// <summary>The windows on the wire: that of the SYN, and the largest of a transfer.</summary>
internal sealed class ReceiveWindowCheck : FeatureCheck
{
    private const int WirePort = 4446;
    private const int KiB = 1024;
    private const int Segment = 1448;
    private const int PolicyClamp = 48 * KiB;
    private const int ChangedClamp = 32 * KiB;

    public override string Feature => "receive-window";

    public override string Tuning => "{ initial: 20KiB, clamp: 48KiB }";

    public override string? ChangedTuning => "{ initial: 30KiB, clamp: 32KiB }";

    public override void Check(Scene scene, string? variant, Values values)
    {
        using var client = PacketCapture.Start(scene.Network.Client, WirePort);
        using var server = PacketCapture.Start(scene.Network.Server, WirePort);
        using var pair = scene.Connect(
            new TcpPairOptions
            {
                ClientCgroup = scene.Cgroup,
                ServerCgroup = scene.Cgroup,
                Port = WirePort,
            }
        );
        pair.SendToServer(16 * KiB * KiB, TimeSpan.FromMinutes(5));
        var syn = client.Stop().Single(packet => packet.IsSyn);
        var sent = server.Stop().Where(packet => packet.Outgoing).ToList();
        var scale = sent.Single(packet => packet.IsSynAck).WindowScale!.Value;
        var largest = sent.Max(packet => packet.IsSynAck ? packet.Window : packet.Window << scale);

        if (values == Values.Host)
        {
            syn.Window.ShouldBe(64240, "window of the SYN");
            largest.ShouldBeGreaterThan(200 * KiB, "largest window of a transfer");
            return;
        }

        var (initial, clamp) = values == Values.Policy ? (20 * KiB, PolicyClamp) : (30 * KiB, ChangedClamp);
        syn.Window.ShouldBeInRange(initial, initial + Segment + 200, "window of the SYN");
        if (variant == "no-clamp")
        {
            largest.ShouldBeGreaterThan(200 * KiB, "largest window of a transfer, which this variant does not bound");
        }
        else
        {
            largest.ShouldBeInRange(clamp / 2, clamp, "largest window of a transfer");
        }
    }

    public override string Observe(Socket end) => Text(end.GetWindowClamp());

    public override string Expected(Values values) => Text(values == Values.Policy ? PolicyClamp : ChangedClamp);

    private static string Text(int clamp) => string.Create(CultureInfo.InvariantCulture, $"clamp {clamp}");
}
