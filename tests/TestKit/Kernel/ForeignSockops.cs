using System.Runtime.InteropServices;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Objects;
using NetEdit.Bpf;
using NetEdit.Lab;

namespace NetEdit.TestKit;

/// <summary>A sockops program of somebody else on a cgroup: it answers RWND_INIT, or returns 0.</summary>
public sealed unsafe partial class ForeignSockops : IDisposable
{
    private readonly LoadedObject _loaded;
    private readonly KernelHandle _cgroup;
    private readonly KernelHandle? _link;

    /// <summary>Attaches after what is attached already.</summary>
    public ForeignSockops(LabCgroup cgroup, int answer)
        : this(cgroup, answer, verdict: 1)
    {
        _link = KernelHandle.Of(
            LibBpf.bpf_link_create(_loaded.ProgramFd(), _cgroup.Fd, Adapter.Interop.Bpf.AttachCgroupSockOps, null),
            "attach the foreign program"
        );
    }

    private ForeignSockops(LabCgroup cgroup, int answer, int verdict)
    {
        _loaded = LoadedObject.Open(
            "foreign",
            BpfObject.Embedded(typeof(ForeignSockops).Assembly, "foreign_sockops").Image.ToArray()
        );
        _loaded.SetInitialValue(".rodata", [.. BitConverter.GetBytes(answer), .. BitConverter.GetBytes(verdict)]);
        _loaded.Load();
        _cgroup = KernelHandle.Of(LibC.open(cgroup.FullPath, LibC.OpenDirectory), "open the cgroup");
    }

    /// <summary>Attaches one that returns 0 without a link, as older tools do.</summary>
    /// <param name="cgroup">The cgroup.</param>
    /// <param name="flags">Flags of the attachment: 2 lets others be attached beside it (BPF_F_ALLOW_MULTI), 1 lets others replace it below (BPF_F_ALLOW_OVERRIDE), 0 neither.</param>
    public static ForeignSockops Voiding(LabCgroup cgroup, uint flags = 2)
    {
        var foreign = new ForeignSockops(cgroup, answer: -1, verdict: 0);
        var result = bpf_prog_attach(
            foreign._loaded.ProgramFd(),
            foreign._cgroup.Fd,
            Adapter.Interop.Bpf.AttachCgroupSockOps,
            flags
        );
        return result < 0 ? throw BpfError.Create("attach the foreign program", -result) : foreign;
    }

    public uint ProgramId
    {
        get
        {
            using var program = KernelHandle.Of(dup(_loaded.ProgramFd()), "hold the foreign program");
            return KernelInfo.Program(program).Id;
        }
    }

    public ulong LinkedCgroup => KernelInfo.Link(_link!).CgroupId;

    public void Dispose()
    {
        if (_link is null)
        {
            _ = bpf_prog_detach2(_loaded.ProgramFd(), _cgroup.Fd, Adapter.Interop.Bpf.AttachCgroupSockOps);
        }

        _link?.Dispose();
        _cgroup.Dispose();
        _loaded.Dispose();
    }

    [LibraryImport("libc")]
    private static partial int dup(int fd);

    [LibraryImport("libbpf.so.1")]
    private static partial int bpf_prog_attach(int program, int target, int attachType, uint flags);

    [LibraryImport("libbpf.so.1")]
    private static partial int bpf_prog_detach2(int program, int target, int attachType);
}
