using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Objects;
using NetEdit.Host;

namespace NetEdit.Adapter.Hookpoints;

/// <summary>A congestion control: a table of functions the kernel's TCP calls.</summary>
internal sealed unsafe class StructOpsHookpoint()
    : Hookpoint("struct_ops congestion control", new Link(), new MapUpdate())
{
    private const string NameTaken =
        "an algorithm of that name may be registered by another program or ledger: see 'bpftool struct_ops'";

    /// <summary>The object's struct_ops map.</summary>
    internal static nint TableOf(LoadedObject loaded) =>
        loaded.Maps().FirstOrDefault(map => LibBpf.bpf_map__type(map.Map) == Interop.Bpf.MapTypeStructOps).Map
            is var table
        && table != 0
            ? table
            : throw new BpfException("the object holds no tcp_congestion_ops; rebuild or reinstall its feature");

    /// <summary>Moves a link from the table it holds to that of a loaded object, in one step.</summary>
    internal static void Replace(LoadedObject loaded, LinkPin pin)
    {
        var table = TableOf(loaded);

        /* Newer versions of libbpf go on after filling, and find the name taken. */
        var filled = Fill(table);
        if (filled == 0 && Marshal.GetLastPInvokeError() is var errno and not BpfError.Eexist)
        {
            throw BpfError.Create("replace the congestion control", errno);
        }

        Release(filled);
        pin.Update(LibBpf.bpf_map__fd(table), "the congestion control", "its name must stay the same");
    }

    /// <summary>Ends a registration by map update.</summary>
    internal static void Unregister(KernelHandle table)
    {
        uint zero = 0;
        var result = LibBpf.bpf_map_delete_elem(table.Fd, &zero);
        if (result < 0 && -result is not (BpfError.Enoent or BpfError.Eopnotsupp))
        {
            throw BpfError.Create("unregister the congestion control", -result);
        }
    }

    /// <summary>
    /// Hands the filled table to the kernel. libbpf knows the table's contents and offers no other way than attaching; libbpf
    /// before 1.2 leaves it at that for a table held by a link, later ones make the link too.
    /// </summary>
    /// <returns>libbpf's link, or 0 with errno.</returns>
    private static nint Fill(nint table) => LibBpf.bpf_map__attach_struct_ops(table);

    /* Lets libbpf forget the link without undoing what it stands for. */
    private static void Release(nint filled)
    {
        if (filled != 0)
        {
            LibBpf.bpf_link__disconnect(filled);
            _ = LibBpf.bpf_link__destroy(filled);
        }
    }

    /// <summary>A link that holds the registration and can be moved to another table at once (6.4).</summary>
    private sealed class Link : IMechanism
    {
        public string Name => "link";

        public string Capability => CapabilityNames.StructOpsLink;

        public void Prepare(LoadedObject opened) =>
            _ = LibBpf.bpf_map__set_map_flags(TableOf(opened), Interop.Bpf.StructOpsLink);

        public ImmutableArray<KernelHandle> Attach(LoadedObject loaded, AttachPoint point)
        {
            var table = TableOf(loaded);
            var tableFd = LibBpf.bpf_map__fd(table);
            var filled = Fill(table);
            if (filled == 0)
            {
                throw BpfError.Create("register the congestion control", Marshal.GetLastPInvokeError(), NameTaken);
            }

            try
            {
                if (LibBpf.bpf_link__fd(filled) is var linkFd && linkFd != tableFd)
                {
                    return [LibBpfLink.TakeOver(ref filled)];
                }

                LibBpf.bpf_link__disconnect(filled);
                return
                [
                    KernelHandle.Of(
                        LibBpf.bpf_link_create(tableFd, 0, Interop.Bpf.AttachStructOps, null),
                        "register the congestion control",
                        NameTaken
                    ),
                ];
            }
            finally
            {
                _ = LibBpf.bpf_link__destroy(filled);
            }
        }
    }

    /// <summary>The registration lasts from a map update to a map delete (5.6). A replacement cannot be atomic: the name is taken.</summary>
    private sealed class MapUpdate : IMechanism
    {
        public string Name => "update";

        public string Capability => CapabilityNames.StructOps;

        public ImmutableArray<KernelHandle> Attach(LoadedObject loaded, AttachPoint point)
        {
            var filled = Fill(TableOf(loaded));
            if (filled == 0)
            {
                throw BpfError.Create("register the congestion control", Marshal.GetLastPInvokeError(), NameTaken);
            }

            Release(filled);
            return [];
        }
    }
}
