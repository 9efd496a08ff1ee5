using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Objects;
using NetEdit.Bpf;
using NetEdit.Lab;

namespace NetEdit.KernelKit;

/// <summary>A sockops program of somebody else on a cgroup, which answers RWND_INIT.</summary>
public sealed unsafe class ForeignSockops : IDisposable
{
    private readonly LoadedObject _loaded;
    private readonly KernelHandle _cgroup;
    private readonly KernelHandle _link;

    /// <summary>Attaches after what is attached already.</summary>
    public ForeignSockops(LabCgroup cgroup, int answer)
    {
        _loaded = LoadedObject.Open("foreign", BpfObject.Embedded(typeof(ForeignSockops).Assembly, "foreign_sockops").Image.ToArray());
        _loaded.SetInitialValue(".rodata", BitConverter.GetBytes(answer));
        _loaded.Load();
        _cgroup = KernelHandle.Of(LibC.open(cgroup.FullPath, LibC.OpenDirectory), "open the cgroup");
        _link = KernelHandle.Of(LibBpf.bpf_link_create(_loaded.ProgramFd(), _cgroup.Fd, Adapter.Interop.Bpf.AttachCgroupSockOps, null), "attach the foreign program");
    }

    public uint ProgramId => KernelInfo.Link(_link).ProgramId;

    public ulong LinkedCgroup => KernelInfo.Link(_link).CgroupId;

    public void Dispose()
    {
        _link.Dispose();
        _cgroup.Dispose();
        _loaded.Dispose();
    }
}
