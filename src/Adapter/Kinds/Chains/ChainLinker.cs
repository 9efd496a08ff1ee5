using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Objects;
using NetEdit.Bpf;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>
/// Fuses stages that were compiled apart into one program with libbpf's static linker. The chain object declares its slots
/// weakly; a stage object defines <c>netedit_stage_XX</c>, whose last two letters become the digits of its slot here.
/// </summary>
internal static unsafe class ChainLinker
{
    private const string Slot = "XX";

    /// <summary>The function a stage at the sockops hook defines.</summary>
    internal const string SockopsSymbol = "netedit_stage_" + Slot;

    /// <summary>The function a live stage defines.</summary>
    internal const string LiveSymbol = "netedit_live_" + Slot;

    /// <summary>The sockops program of a chain.</summary>
    /// <exception cref="BpfException">An object is damaged, or defines no stage.</exception>
    internal static byte[] Link(BpfObject chain, IReadOnlyList<ChainStage> stages) =>
        Link(chain, SockopsSymbol, [.. stages.Select((stage, slot) => (stage.Feature, stage.Program.Object, slot))]);

    /// <summary>The linked object file.</summary>
    /// <param name="program">The object with the weak slots.</param>
    /// <param name="symbol">What the stages' function is called before it has a slot.</param>
    /// <param name="stages">The stages with their slots.</param>
    /// <exception cref="BpfException">An object is damaged, or defines no stage.</exception>
    internal static byte[] Link(
        BpfObject program,
        string symbol,
        IReadOnlyList<(string Feature, BpfObject Object, int Slot)> stages
    )
    {
        LibBpfLog.Clear();
        using var output = MemoryFile.Create("chain");
        var linker = LibBpf.bpf_linker__new(output.Path, null);
        if (linker == 0)
        {
            throw BpfError.Create("start libbpf's linker", Marshal.GetLastPInvokeError());
        }

        try
        {
            Add(linker, program.Name, program.Image.Span);
            foreach (var (feature, stage, slot) in stages)
            {
                Add(linker, feature, AssignSlot(feature, stage.Image.Span, symbol, slot));
            }

            var result = LibBpf.bpf_linker__finalize(linker);
            if (result < 0)
            {
                throw BpfError.Create(
                    $"link the stages {string.Join(", ", stages.Select(stage => stage.Feature))}",
                    -result
                );
            }
        }
        finally
        {
            LibBpf.bpf_linker__free(linker);
        }

        return output.ReadAll();
    }

    /// <summary>A copy of a stage object whose stage function has the name of a slot, in its symbol table and in its BTF.</summary>
    internal static byte[] AssignSlot(string feature, ReadOnlySpan<byte> image, string symbol, int slot)
    {
        var copy = image.ToArray();
        var from = Encoding.ASCII.GetBytes(symbol + '\0');
        var digits = Encoding.ASCII.GetBytes(slot.ToString("00", CultureInfo.InvariantCulture));
        var found = 0;
        foreach (var (name, _, _, start, length) in ElfSections.Of(feature, copy))
        {
            if (name is not (".strtab" or ".BTF"))
            {
                continue;
            }

            var section = copy.AsSpan(start, length);
            for (var at = section.IndexOf(from); at >= 0; at = section.IndexOf(from))
            {
                digits.CopyTo(section[(at + symbol.Length - digits.Length)..]);
                found++;
            }
        }

        return found >= 2
            ? copy
            : throw new BpfException(
                $"the stage of {feature} defines no function {symbol}: declare it with NETEDIT_STAGE of "
                    + $"netedit/stage.h, or NETEDIT_LIVE_STAGE of netedit/live.h"
            );
    }

    private static void Add(nint linker, string name, ReadOnlySpan<byte> image)
    {
        using var file = MemoryFile.Create(name);
        file.Write(image);
        var result = LibBpf.bpf_linker__add_file(linker, file.Path, null);
        if (result < 0)
        {
            throw BpfError.Create(
                $"link the BPF object {name}",
                -result,
                "the object is damaged or not compiled for BPF; rebuild or reinstall its feature"
            );
        }
    }
}
