using System.Collections.Immutable;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Objects;
using NetEdit.Host;

namespace NetEdit.Adapter.Hookpoints;

/// <summary>A place where programs run. A new one is a new file with its mechanisms.</summary>
internal abstract class Hookpoint
{
    /// <summary>Name for messages: <c>sockops</c>.</summary>
    internal abstract string Name { get; }

    /// <summary>The ways of attaching here, best first.</summary>
    internal abstract ImmutableArray<IMechanism> Mechanisms { get; }

    /// <summary>The best mechanism this host has.</summary>
    /// <exception cref="BpfException">It has none; the message gives the reason of the first.</exception>
    internal IMechanism Choose(CapabilityReport capabilities) =>
        Mechanisms.FirstOrDefault(mechanism => capabilities.Has(mechanism.Capability))
        ?? throw new BpfException($"this host has no mechanism for {Name}: {Mechanisms[0].Capability} is missing ({capabilities.Find(Mechanisms[0].Capability)?.Reason ?? "not probed"})");
}

/// <summary>One way of attaching at a hookpoint. What is attached outlives this process by its pin.</summary>
internal interface IMechanism
{
    /// <summary>The capability it needs.</summary>
    string Capability { get; }

    /// <summary>Readies an object that is opened but not loaded.</summary>
    void Prepare(LoadedObject opened)
    {
    }

    /// <summary>Attaches a loaded object.</summary>
    /// <param name="loaded">The object.</param>
    /// <param name="target">What to attach it to, where the hookpoint has targets.</param>
    /// <param name="pin">Where to keep it, where the mechanism has links.</param>
    void Attach(LoadedObject loaded, KernelHandle? target, LinkPin pin);
}
