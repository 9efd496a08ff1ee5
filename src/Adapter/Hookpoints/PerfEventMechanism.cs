using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Objects;
using NetEdit.Host;

namespace NetEdit.Adapter.Hookpoints;

/// <summary>A perf event per processor that is online, each with a link (5.15). Processors that come later are not met.</summary>
/// <param name="capability">The capability it needs.</param>
/// <param name="inCgroup">Whether only processes of a cgroup are met.</param>
internal sealed class ProcessorMechanism(string capability, bool inCgroup) : IMechanism
{
    public string Name => "perf";

    public string Capability => capability;

    public bool CanUpdate => false;

    public ImmutableArray<KernelHandle> Attach(LoadedObject loaded, AttachPoint point)
    {
        var links = new List<KernelHandle>();
        try
        {
            foreach (var processor in Processors.Online())
            {
                using var counter = PerfEvent.OpenClock(processor, inCgroup ? point.Descriptor : null, point.Hertz);
                links.Add(
                    PerfEvent.Link(
                        loaded.ProgramFd(),
                        counter,
                        string.Create(CultureInfo.InvariantCulture, $"processor {processor}")
                    )
                );
            }

            return [.. links];
        }
        catch
        {
            links.ForEach(link => link.Dispose());
            throw;
        }
    }
}

/// <summary>A probe at the entry of a function of the kernel, held by a link (5.15).</summary>
internal sealed class KprobeMechanism : IMechanism
{
    public string Name => "kprobe";

    public string Capability => CapabilityNames.Kprobe;

    public bool CanUpdate => false;

    public string SectionPrefix => "kprobe/";

    public ImmutableArray<KernelHandle> Attach(LoadedObject loaded, AttachPoint point)
    {
        var function = LoadedObject.SectionOf(loaded.Program())[SectionPrefix.Length..];
        using var probe = PerfEvent.OpenProbe(function);
        return [PerfEvent.Link(loaded.ProgramFd(), probe, function)];
    }
}
