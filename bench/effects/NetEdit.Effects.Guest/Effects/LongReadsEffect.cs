using System.Diagnostics;
using System.Globalization;
using NetEdit.Lab;

namespace NetEdit.Effects.Guest;

/// <summary>Reads over a long path from a server that sends as much as the reader's window allows.</summary>
internal sealed class LongReadsEffect : Effect
{
    private const string Policy = "long-reads";
    private const string BufferLimit = "net.core.rmem_max";
    private const int Port = 9000;
    private const int MegabitsPerSecond = 300;
    private const int Delay = 80;
    private const int MiB = 1024 * 1024;

    // More than the largest read has, so that only the reader's window bounds what leaves.
    private const string WholeRead = "initcwnd 12000";
    private const string KernelStart = "";

    private static readonly int[] Sizes = [1, 2, 4, 8, 16];

    // Deep enough for a whole read: nothing is lost.
    private readonly Testbed _bed = new(new Bottleneck(MegabitsPerSecond, 64 * MiB));
    private readonly byte[] _buffer = AnswerServer.NewBuffer();
    private readonly AnswerServer _server;
    private volatile string _arm = "";

    public LongReadsEffect(Tuning tuning)
    {
        _bed.SetDelay(Delay);
        // The sender's buffer holds a whole read, in both arms.
        _bed.Server.SetSysctl("net.ipv4.tcp_wmem", "4096 16384 67108864");
        _server = new AnswerServer(_bed.Listen(Port), 1, socket => Check(TcpInfo.Read(socket).SendWindow));
        var limit = Kernel.GetSysctl(BufferLimit);
        var ours = Arm.Ours(tuning, Policy);
        // An operator has to allow what the policy asks for; the kernel's own arm keeps its own limit.
        Arms =
        [
            Arm.Off,
            new Arm(
                ours.Name,
                () =>
                {
                    Kernel.SetSysctl(BufferLimit, (16 * MiB).ToString(CultureInfo.InvariantCulture));
                    ours.Enter();
                },
                () =>
                {
                    ours.Leave();
                    Kernel.SetSysctl(BufferLimit, limit);
                }
            ),
        ];
    }

    public override IReadOnlyList<Arm> Arms { get; }

    public override void Measure(string arm, Recorder recorder)
    {
        _arm = arm;
        _bed.SetServerRoute(WholeRead);
        foreach (var size in Sizes)
        {
            Measure($"{size} MiB", size * MiB, recorder);
        }

        _bed.SetServerRoute(KernelStart);
        Measure("4 MiB, sender starts with 10 segments", 4 * MiB, recorder);
    }

    public override void Dispose()
    {
        _server.Dispose();
        _bed.Dispose();
    }

    private void Measure(string @case, int bytes, Recorder recorder)
    {
        using (var client = _bed.CreateClient())
        {
            var watch = Stopwatch.StartNew();
            client.Connect(_server.EndPoint);
            recorder.AddHandshake(@case, _arm, watch.Elapsed, Delay);
            var busy = new ProcessorTime();
            _server.Exchange(client, bytes, _buffer);
            var elapsed = watch.Elapsed;
            recorder.Add(@case, _arm, "throughput", "Mbit/s", bytes * 8e-6 / elapsed.TotalSeconds);
            recorder.Add(@case, _arm, "processor", "", busy.Busy);
            recorder.Add(@case, _arm, "retransmits", "", TcpInfo.Read(_server.EndOf(client)).TotalRetransmits);
        }

        _server.WaitUntilIdle();
    }

    /// <summary>The window of the first acknowledgement, as the server has it when it accepts.</summary>
    private void Check(uint window) =>
        Demand(
            _arm == Arm.Off.Name ? window < MiB : window > 12 * MiB,
            _arm,
            $"the reader offers {window} bytes at first"
        );
}
