using System.Collections.Immutable;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Objects;
using NetEdit.Bpf;
using NetEdit.Model;

namespace NetEdit.Adapter.Hookpoints;

/// <summary>A place where programs run, and the ways of attaching there. A new one is a new file with its mechanisms.</summary>
/// <param name="name">Name for messages: <c>sockops</c>.</param>
/// <param name="mechanisms">The ways of attaching here, best first.</param>
internal class Hookpoint(string name, params ImmutableArray<IMechanism> mechanisms)
{
    /// <summary>Name for messages: <c>sockops</c>.</summary>
    internal string Name => name;

    /// <summary>The ways of attaching here, best first.</summary>
    internal ImmutableArray<IMechanism> Mechanisms => mechanisms;

    /// <summary>The mechanisms this host has, best first.</summary>
    /// <exception cref="BpfException">It has none; the message gives the reason of the first.</exception>
    internal ImmutableArray<IMechanism> Available(CapabilityReport capabilities) =>
        mechanisms.Where(mechanism => capabilities.Has(mechanism.Capability)).ToImmutableArray()
            is { IsEmpty: false } available
            ? available
            : throw new BpfException(
                $"this host has no mechanism for {Name}: {mechanisms[0].Capability} is missing "
                    + $"({capabilities.Find(mechanisms[0].Capability)?.Reason ?? "not probed"})"
            );

    /// <summary>The best mechanism this host has.</summary>
    /// <exception cref="BpfException">It has none; the message gives the reason of the first.</exception>
    internal IMechanism Choose(CapabilityReport capabilities) => Available(capabilities)[0];
}

/// <summary>What a program is attached to.</summary>
/// <param name="Descriptor">Descriptor of a cgroup or network namespace, index of an interface; 0 where there is no choice.</param>
/// <param name="Place">Where among programs of others.</param>
/// <param name="Hertz">How often a second, for hooks of processors.</param>
/// <param name="Slot">Tells what is ours apart at one target, where a mechanism has no links. Not zero.</param>
internal readonly record struct AttachPoint(
    int Descriptor,
    HookPlace Place = HookPlace.Last,
    int Hertz = 0,
    uint Slot = 1
)
{
    /// <summary>A hookpoint that has no targets.</summary>
    internal static AttachPoint None { get; }
}

/// <summary>One way of attaching at a hookpoint. What is attached outlives this process by the pins of its links.</summary>
internal interface IMechanism
{
    /// <summary>Its name in the ledger: lower case letters.</summary>
    string Name { get; }

    /// <summary>The capability it needs.</summary>
    string Capability { get; }

    /// <summary>Whether its links can be given another program, in one step.</summary>
    bool CanUpdate => true;

    /// <summary>Beginning of the sections of the programs it attaches, where an object has one for each mechanism; empty where any will do.</summary>
    string SectionPrefix => "";

    /// <summary>Readies an object that is opened but not loaded.</summary>
    void Prepare(LoadedObject opened) { }

    /// <summary>Attaches a loaded object.</summary>
    /// <returns>The links that hold it; none where the mechanism has none.</returns>
    ImmutableArray<KernelHandle> Attach(LoadedObject loaded, AttachPoint point);
}
