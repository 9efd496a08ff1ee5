using NetEdit.Lab;

namespace NetEdit.Bench.Kernel;

/// <summary>A network namespace with nothing but loopback, and a cgroup that this process is in while it lasts.</summary>
internal sealed class BenchHost : IDisposable
{
    private readonly IDisposable _membership;

    internal BenchHost()
    {
        Namespace = NetworkNamespace.Create();
        Cgroup = LabCgroup.Create();
        _membership = Cgroup.Enter();
        Connections = new ConnectionLoop(Namespace);
    }

    internal NetworkNamespace Namespace { get; }

    internal LabCgroup Cgroup { get; }

    internal ConnectionLoop Connections { get; }

    /// <summary>A ledger of its own; taken out of the kernel when disposed.</summary>
    internal BenchLedger OpenLedger() => new(Cgroup);

    public void Dispose()
    {
        Connections.Dispose();
        _membership.Dispose();
        Cgroup.Dispose();
        Namespace.Dispose();
    }
}
