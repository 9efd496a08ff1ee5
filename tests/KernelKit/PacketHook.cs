using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Objects;
using NetEdit.Bpf;
using NetEdit.Lab;

namespace NetEdit.KernelKit;

/// <summary>A program on the packets that leave an interface: what a network would do to them.</summary>
public sealed unsafe class PacketHook : IDisposable
{
    private const int AttachTcxEgress = 47;
    private readonly LoadedObject _loaded;
    private readonly KernelHandle _link;

    private PacketHook(NetworkNamespace host, string interfaceName, uint markEvery, uint dropAfter)
    {
        _loaded = LoadedObject.Open("packet_hook", BpfObject.Embedded(typeof(PacketHook).Assembly, "packet_hook").Image.ToArray());
        _loaded.SetInitialValue(".rodata", [.. BitConverter.GetBytes(markEvery), .. BitConverter.GetBytes(dropAfter)]);
        _loaded.Load();
        var index = host.InterfaceIndex(interfaceName);
        _link = host.Run(() => KernelHandle.Of(LibBpf.bpf_link_create(_loaded.ProgramFd(), index, AttachTcxEgress, null), "attach the packet hook"));
    }

    /// <summary>Marks every n-th data packet with CE, as a congested queue would; 1 marks all, 0 none.</summary>
    public static PacketHook MarkEvery(NetworkNamespace host, string interfaceName, uint every) => new(host, interfaceName, every, 0);

    /// <summary>Lets one packet leave, the SYN of a client or the SYN-ACK of a server, and none after it.</summary>
    public static PacketHook SilenceAfterHandshake(NetworkNamespace host, string interfaceName) => new(host, interfaceName, 0, 1);

    public void Dispose()
    {
        _link.Dispose();
        _loaded.Dispose();
    }
}
