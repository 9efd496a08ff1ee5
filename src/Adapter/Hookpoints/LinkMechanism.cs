using System.Collections.Immutable;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Objects;
using NetEdit.Bpf;

namespace NetEdit.Adapter.Hookpoints;

/// <summary>A link that holds the object's only program at a target; unpinning it detaches, updating it is atomic.</summary>
/// <param name="capability">The capability it needs.</param>
/// <param name="attachType">The kernel's number for the hook.</param>
/// <param name="what">What is attached, for errors: <c>the chain</c>.</param>
internal unsafe class LinkMechanism(string capability, int attachType, string what) : IMechanism
{
    public virtual string Name => "link";

    public string Capability => capability;

    public ImmutableArray<KernelHandle> Attach(LoadedObject loaded, AttachPoint point) =>
        Attach(loaded.ProgramFd(), point);

    /// <summary>Attaches a program that is loaded, and perhaps attached elsewhere.</summary>
    /// <param name="program">Its descriptor.</param>
    /// <param name="point">Where.</param>
    /// <returns>The link that holds it.</returns>
    internal ImmutableArray<KernelHandle> Attach(int program, AttachPoint point)
    {
        var options = new LibBpf.LinkCreateOptions
        {
            Size = (nuint)sizeof(LibBpf.LinkCreateOptions),
            Flags = Flags(point.Place),
        };
        return
        [
            KernelHandle.Of(
                LibBpf.bpf_link_create(program, point.Descriptor, attachType, &options),
                $"attach {what}",
                Advice
            ),
        ];
    }

    /// <summary>What to do when the kernel refuses.</summary>
    protected virtual string Advice => "";

    /// <summary>The flags of the link.</summary>
    protected virtual uint Flags(HookPlace place) => 0;
}

/// <summary>A link at a hook where the kernel keeps an order of programs.</summary>
/// <param name="name">Name of the mechanism.</param>
/// <param name="capability">The capability it needs.</param>
/// <param name="attachType">The kernel's number for the hook.</param>
/// <param name="what">What is attached, for errors.</param>
internal sealed class OrderedLinkMechanism(string name, string capability, int attachType, string what)
    : LinkMechanism(capability, attachType, what)
{
    public override string Name => name;

    /* Before none in particular is before all. */
    protected override uint Flags(HookPlace place) => place == HookPlace.First ? Interop.Bpf.Before : 0;
}
