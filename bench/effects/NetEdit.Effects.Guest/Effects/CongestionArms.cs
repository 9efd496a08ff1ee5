using System.Net.Sockets;
using NetEdit.Lab;

namespace NetEdit.Effects.Guest;

/// <summary>CUBIC without ECN, the kernel's own DCTCP, and ours.</summary>
internal sealed class CongestionArms
{
    private const string Cubic = "cubic";
    private const string KernelDctcp = "dctcp";
    private const string Ours = "netedit_dctcp";
    private const string Policy = "dctcp";

    private readonly Testbed _bed;
    private string _expected = Cubic;

    public CongestionArms(Testbed bed, Tuning tuning)
    {
        _bed = bed;
        // Namespaces may choose among these only.
        Kernel.SetSysctl("net.ipv4.tcp_allowed_congestion_control", "reno cubic dctcp");
        var ours = Arm.Ours(tuning, Policy);
        All =
        [
            new Arm("CUBIC", () => _expected = Cubic, () => { }),
            new Arm("kernel DCTCP", () => Set(_expected = KernelDctcp, "1"), () => Set(Cubic, "2")),
            ours with
            {
                Enter = () =>
                {
                    ours.Enter();
                    _expected = Ours;
                },
            },
        ];
    }

    public IReadOnlyList<Arm> All { get; }

    /// <summary>Starts a server under the arm of now: a listener keeps the algorithm of its start, and with it what it answers to the kernel's DCTCP.</summary>
    public AnswerServer Serve(int port, int places) => new(_bed.Listen(port), places, Check);

    /// <summary>Demands that an end of a connection has what the arm makes it.</summary>
    public void Check(Socket end)
    {
        var (algorithm, ecn) = (end.GetCongestionControl(), TcpInfo.Read(end).Options.HasFlag(TcpAgreedOptions.Ecn));
        Effect.Demand(
            algorithm == _expected && ecn == (_expected != Cubic),
            _expected,
            $"{algorithm}, ECN {(ecn ? "agreed" : "not agreed")}"
        );
    }

    private void Set(string algorithm, string ecn)
    {
        foreach (var host in new[] { _bed.Client, _bed.Server })
        {
            host.SetSysctl("net.ipv4.tcp_congestion_control", algorithm);
            host.SetSysctl("net.ipv4.tcp_ecn", ecn);
        }
    }
}
