using System.Collections.Immutable;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;

namespace NetEdit.Adapter.Hookpoints;

/// <summary>A pinned link: what keeps a program or a table attached when this process ends. Removing the pin detaches.</summary>
/// <param name="Path">The pin.</param>
internal sealed record LinkPin(string Path)
{
    /// <summary>Whether it is there.</summary>
    internal bool Exists => HostFiles.Exists(Path);

    /// <summary>Keeps what holds an attached program: pins the link there is, if any.</summary>
    internal void Keep(ImmutableArray<KernelHandle> links)
    {
        using var link = links.SingleOrDefault();
        if (link is not null)
        {
            LedgerDirectory.Pin(link.Fd, Path);
        }
    }

    /// <summary>Opens the link.</summary>
    /// <exception cref="BpfException">It is gone.</exception>
    internal KernelHandle Open() =>
        LedgerDirectory.TryGet(Path)
        ?? throw new BpfException($"the pin {Path} no longer exists; run the same command again to attach anew");

    /// <summary>Puts another program or table in the place of the one attached, in one step.</summary>
    /// <param name="programOrTable">Descriptor of what comes.</param>
    /// <param name="what">What is replaced, for errors: <c>the chain</c>.</param>
    /// <param name="advice">What to do when the kernel refuses, or empty.</param>
    internal unsafe void Update(int programOrTable, string what, string advice = "")
    {
        using var link = Open();
        var result = LibBpf.bpf_link_update(link.Fd, programOrTable, null);
        if (result < 0)
        {
            throw BpfError.Create($"replace {what}", -result, advice);
        }
    }

    /// <summary>
    /// Removes the pin, and detaches at once: without its last pin the kernel detaches by itself, but kernels that free the pin by RCU (5.10
    /// does) only a grace period later; until then the program goes on and looks like one whose pin cannot be seen.
    /// </summary>
    /// <param name="ledger">The ledger that the pin is in.</param>
    /// <exception cref="BpfException">The pin cannot be opened or removed; nothing was detached.</exception>
    internal void Detach(LedgerDirectory ledger)
    {
        using var link = LedgerDirectory.TryGet(Path);
        ledger.Remove(Path);
        _ = link is null ? 0 : LibBpf.bpf_link_detach(link.Fd);
        LibBpfLog.Clear();
    }
}
