using System.Net.Sockets;
using NetEdit.Lab;

namespace NetEdit.Bench.Kernel;

/// <summary>Which ends of a connection are in the cgroup whose connections are tuned.</summary>
internal enum TunedEnds
{
    /// <summary>The client's and the server's.</summary>
    Both,

    /// <summary>The server's alone, as on a host that serves others.</summary>
    Accepted,

    /// <summary>The client's alone.</summary>
    Connected,

    /// <summary>Neither: a bystander on the same host.</summary>
    None,
}

/// <summary>A network namespace with nothing but loopback, a cgroup to be tuned and one beside it; this process is in one of them while it lasts.</summary>
internal sealed class BenchHost : IDisposable
{
    private readonly LabCgroup _outside = LabCgroup.Create();
    private readonly ConnectionLoop _accepted;
    private readonly ConnectionLoop _outsider;
    private IDisposable _membership;
    private LabCgroup _home;

    internal BenchHost()
    {
        Namespace = NetworkNamespace.Create();
        Cgroup = LabCgroup.Create();
        _home = _outside;
        _membership = _outside.Enter();
        _outsider = new ConnectionLoop(Namespace, port: 8081);
        Move(Cgroup);
        _accepted = new ConnectionLoop(Namespace, port: 8080);
    }

    internal NetworkNamespace Namespace { get; }

    internal LabCgroup Cgroup { get; }

    /// <summary>A ledger of its own; taken out of the kernel when disposed.</summary>
    internal BenchLedger OpenLedger() => new(Cgroup);

    /// <summary>Makes connections and measures them.</summary>
    /// <param name="count">How many.</param>
    /// <param name="ends">Addresses, taken in turn; none for 127.0.0.1 at both ends.</param>
    /// <param name="tuned">Which ends are in <see cref="Cgroup"/>: a socket is where the process was that made it, an accepted one where its listener is.</param>
    internal Cost Connect(int count, Ends[]? ends = null, TunedEnds tuned = TunedEnds.Both) =>
        Loop(tuned).Run(count, ends);

    /// <summary>Looks at both ends of a connection.</summary>
    internal T Look<T>(Func<Socket, Socket, T> look, TunedEnds tuned = TunedEnds.Both) => Loop(tuned).Look(look);

    public void Dispose()
    {
        _accepted.Dispose();
        _outsider.Dispose();
        _membership.Dispose();
        Cgroup.Dispose();
        _outside.Dispose();
        Namespace.Dispose();
    }

    private ConnectionLoop Loop(TunedEnds tuned)
    {
        Move(tuned is TunedEnds.Both or TunedEnds.Connected ? Cgroup : _outside);
        return tuned is TunedEnds.Both or TunedEnds.Accepted ? _accepted : _outsider;
    }

    private void Move(LabCgroup cgroup)
    {
        if (cgroup == _home)
        {
            return;
        }

        _membership.Dispose();
        _membership = cgroup.Enter();
        _home = cgroup;
    }
}
