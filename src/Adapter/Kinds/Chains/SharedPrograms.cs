using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;

namespace NetEdit.Adapter.Kinds;

/// <summary>Finds programs in the kernel that a scope can have without loading one: those of scopes of the same depth with the same stages.</summary>
/// <param name="ledger">The ledger that they belong to.</param>
internal sealed class SharedPrograms(LedgerDirectory ledger)
{
    private readonly Dictionary<SharedProgram, uint> _loaded = [];
    private ILookup<SharedProgram, uint> _seen = Enumerable.Empty<uint>().ToLookup(_ => default(SharedProgram));

    /// <summary>Remembers the programs that scopes have.</summary>
    /// <param name="programs">The programs, with their ids.</param>
    internal void Seen(IEnumerable<(ChainRecord Record, uint Id)> programs) =>
        _seen = programs.ToLookup(
            program => new SharedProgram(program.Record.Digest, program.Record.Depth),
            program => program.Id
        );

    /// <summary>Remembers a program that was loaded.</summary>
    internal void Loaded(SharedProgram kind, uint id) => _loaded[kind] = id;

    /// <summary>Opens a program of a kind that still exists; null when there is none.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="stateMap">Id of the map of the state that it must use.</param>
    internal KernelHandle? TryOpen(SharedProgram kind, uint stateMap)
    {
        var ids = _seen[kind];
        foreach (var id in _loaded.TryGetValue(kind, out var last) ? ids.Prepend(last) : ids)
        {
            var fd = LibBpf.bpf_prog_get_fd_by_id(id);
            if (fd == -BpfError.Enoent)
            {
                LibBpfLog.Clear();
                continue; // gone meanwhile
            }

            /* Ids are given anew in the end. */
            var program = KernelHandle
                .Of(fd, $"open the program {id}")
                .DisposeUnless(found =>
                    KernelInfo.Program(found) is var info
                    && info.MapIds.Contains(stateMap)
                    && ChainObserver.ReadRecord(info) is { IsShared: true } record
                    && record.Ledger == ledger.Id
                    && new SharedProgram(record.Digest, record.Depth) == kind
                );
            if (program is not null)
            {
                return program;
            }
        }

        return null;
    }
}

/// <summary>What scopes have in common that share a program.</summary>
/// <param name="Digest">Digest of the program.</param>
/// <param name="Depth">Path segments of the scopes.</param>
internal readonly record struct SharedProgram(string Digest, uint Depth);
