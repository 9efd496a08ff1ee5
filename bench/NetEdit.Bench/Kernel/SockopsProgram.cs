using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Kinds;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Objects;
using NetEdit.Bpf;
using NetEdit.Model;

namespace NetEdit.Bench.Kernel;

/// <summary>A sockops program in the kernel that can be attached and detached at once: what is compared is loaded once.</summary>
internal sealed class SockopsProgram : IDisposable
{
    private readonly LoadedObject _loaded;
    private readonly KernelHandle _program;

    private SockopsProgram(LoadedObject loaded)
    {
        _loaded = loaded;
        _loaded.Load();
        _program = new KernelHandle(Syscalls.Check(Syscalls.dup(_loaded.ProgramFd()), "dup"));
    }

    /// <summary>A chain as the adapter loads it.</summary>
    /// <param name="ledger">Whose maps it uses.</param>
    /// <param name="chain">The chain.</param>
    /// <param name="ownSocketStorage">Whether it remembers connections apart from the ledger's other programs.</param>
    internal static SockopsProgram Chain(BenchLedger ledger, DesiredChain chain, bool ownSocketStorage = false)
    {
        var loaded = LoadedObject.Open("chain", ChainLinker.Link(AdapterObjects.Embedded.SockopsChain, chain.Stages));
        Share(ledger, loaded, ownSocketStorage);
        loaded.SetInitialValue(".rodata", ChainRecord.Encode(chain, "bench", ledger: 0));
        return new SockopsProgram(loaded);
    }

    /// <summary>A program written by hand for the same stages.</summary>
    /// <param name="ledger">Whose maps it uses.</param>
    /// <param name="chain">The chain.</param>
    /// <param name="name">The program.</param>
    internal static SockopsProgram Hand(BenchLedger ledger, DesiredChain chain, string name = "bench_hand")
    {
        var loaded = Open(name);
        Share(ledger, loaded, ownSocketStorage: false);
        loaded.SetInitialValue(".rodata", ChainRecord.Encode(chain, "bench", ledger: 0));
        return new SockopsProgram(loaded);
    }

    /// <summary>A program that does nothing.</summary>
    internal static SockopsProgram Empty() => new(Open("bench_empty"));

    internal RunStatistics Statistics
    {
        get
        {
            var info = KernelInfo.Program(_program);
            return new RunStatistics(info.Runs, info.RunTimeNanoseconds);
        }
    }

    internal unsafe KernelHandle Attach(KernelHandle cgroup) =>
        KernelHandle.Of(
            LibBpf.bpf_link_create(_program.Fd, cgroup.Fd, NetEdit.Adapter.Interop.Bpf.AttachCgroupSockOps, null),
            "attach the program"
        );

    /// <summary>Puts this program in the place of the one a link holds.</summary>
    internal unsafe void Replace(KernelHandle link)
    {
        if (LibBpf.bpf_link_update(link.Fd, _program.Fd, null) is var result and < 0)
        {
            throw BpfError.Create("update the link", -result);
        }
    }

    internal void Pin(string path) => LedgerDirectory.Pin(_program.Fd, path);

    public void Dispose()
    {
        _program.Dispose();
        _loaded.Dispose();
    }

    private static LoadedObject Open(string name) =>
        LoadedObject.Open(name, BpfObject.Embedded(typeof(SockopsProgram).Assembly, name).Image.ToArray());

    private static void Share(BenchLedger ledger, LoadedObject loaded, bool ownSocketStorage)
    {
        foreach (var map in ledger.Maps.All.Where(map => !ownSocketStorage || map != ledger.Maps.SocketStorage))
        {
            loaded.Reuse(map.Name, map.Handle);
        }
    }
}

/// <summary>Runs of a program and the time in them, since it was loaded, while statistics were on.</summary>
internal readonly record struct RunStatistics(ulong Runs, ulong Nanoseconds);
