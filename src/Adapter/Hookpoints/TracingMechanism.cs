using System.Collections.Immutable;
using System.Runtime.InteropServices;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Objects;

namespace NetEdit.Adapter.Hookpoints;

/// <summary>A program whose section says where it runs: the link holds this program for good.</summary>
/// <param name="name">Name of the mechanism.</param>
/// <param name="capability">The capability it needs.</param>
/// <param name="sectionPrefix">Beginning of the section.</param>
internal sealed class TracingMechanism(string name, string capability, string sectionPrefix) : IMechanism
{
    public string Name => name;

    public string Capability => capability;

    public bool CanUpdate => false;

    public string SectionPrefix => sectionPrefix;

    public ImmutableArray<KernelHandle> Attach(LoadedObject loaded, AttachPoint point)
    {
        var program = loaded.Program();
        var link = LibBpf.bpf_program__attach(program);
        return link != 0
            ? [LibBpfLink.TakeOver(ref link)]
            : throw BpfError.Create($"attach to {LoadedObject.SectionOf(program)}", Marshal.GetLastPInvokeError());
    }
}
