using System.Collections.Immutable;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;

namespace NetEdit.Adapter.Hookpoints;

/// <summary>A pinned link: what keeps a program or a table attached when this process ends. Removing the pin detaches.</summary>
/// <param name="Path">The pin.</param>
internal sealed record LinkPin(string Path)
{
    /// <summary>Whether it is there.</summary>
    internal bool Exists => File.Exists(Path);

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
    internal KernelHandle Open() => LedgerDirectory.TryGet(Path) ?? throw new BpfException($"the pin {Path} is gone; run the same again to attach anew");

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
}
