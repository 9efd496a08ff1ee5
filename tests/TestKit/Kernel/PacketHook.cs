using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Objects;
using NetEdit.Bpf;
using NetEdit.Lab;

namespace NetEdit.TestKit;

/// <summary>A program on the packets of an interface: what a network would do to them.</summary>
public sealed unsafe class PacketHook : IDisposable
{
    private const int AttachTcxIngress = 46;
    private const int AttachTcxEgress = 47;
    private readonly LoadedObject _loaded;
    private readonly KernelHandle _link;

    private PacketHook(
        NetworkNamespace host,
        string interfaceName,
        uint markEvery = 0,
        uint dropAfter = 0,
        uint dropOption = 0,
        uint dropAtMost = 0,
        bool dropEcnSetup = false
    )
    {
        _loaded = LoadedObject.Open(
            "packet_hook",
            BpfObject.Embedded(typeof(PacketHook).Assembly, "packet_hook").Image.ToArray()
        );
        _loaded.SetInitialValue(
            ".rodata",
            [
                .. ((uint[])[markEvery, dropAfter, dropOption, dropAtMost, dropEcnSetup ? 1u : 0]).SelectMany(
                    BitConverter.GetBytes
                ),
            ]
        );
        _loaded.Load();
        var index = host.InterfaceIndex(interfaceName);
        var attachType = dropOption != 0 || dropEcnSetup ? AttachTcxIngress : AttachTcxEgress;
        _link = host.Run(() =>
            KernelHandle.Of(
                LibBpf.bpf_link_create(_loaded.ProgramFd(), index, attachType, null),
                "attach the packet hook"
            )
        );
    }

    /// <summary>Packets that were dropped for what they carry.</summary>
    public ulong Dropped
    {
        get
        {
            var id = KernelInfo.MapId(LibBpf.bpf_map__fd(_loaded.Map(".bss")));
            using var data = KernelHandle.Of(LibBpf.bpf_map_get_fd_by_id(id), $"open the map {id}");
            return DataSection.ReadCounters(data)["dropped"];
        }
    }

    /// <summary>Marks every n-th data packet with CE, as a congested queue would; 1 marks all, 0 none.</summary>
    public static PacketHook MarkEvery(NetworkNamespace host, string interfaceName, uint every) =>
        new(host, interfaceName, markEvery: every);

    /// <summary>Lets one packet leave, the SYN of a client or the SYN-ACK of a server, and none after it.</summary>
    public static PacketHook SilenceAfterHandshake(NetworkNamespace host, string interfaceName) =>
        new(host, interfaceName, dropAfter: 1);

    /// <summary>
    /// Drops TCP segments with an option of a kind, as a router does that lets nothing pass it does not know. Where they
    /// arrive: a drop where they leave would tell their sender that its host is congested.
    /// </summary>
    /// <param name="host">The host they arrive at.</param>
    /// <param name="interfaceName">Its interface.</param>
    /// <param name="kind">The option's kind.</param>
    /// <param name="atMost">How many; 0 for all.</param>
    public static PacketHook DropOption(NetworkNamespace host, string interfaceName, byte kind, uint atMost = 0) =>
        new(host, interfaceName, dropOption: kind, dropAtMost: atMost);

    /// <summary>Drops SYNs and SYN-ACKs that ask for ECN, or agree to it, where they arrive.</summary>
    public static PacketHook DropEcnSetup(NetworkNamespace host, string interfaceName) =>
        new(host, interfaceName, dropEcnSetup: true);

    public void Dispose()
    {
        _link.Dispose();
        _loaded.Dispose();
    }
}
