using System.Buffers.Binary;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Maps;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>
/// What sysctls were before we set them: a pinned map, made with the first of them and removed with the last (docs/decisions/0008-sysctl-journal.md).
/// It is written before a sysctl is, so that whatever is interrupted can be told from what somebody else did.
/// </summary>
internal sealed unsafe class SysctlJournal : IDisposable
{
    private const string Name = "netedit_sysctls";
    private const int MostEntries = 1024;

    private readonly LedgerDirectory _ledger;
    private readonly KernelMap _map;
    private readonly int _size;

    private SysctlJournal(LedgerDirectory ledger, KernelHandle handle)
    {
        _ledger = ledger;
        _map = new KernelMap(Name, handle);
        var info = KernelInfo.Map(handle);
        _size = (int)info.ValueSize;
        if (info.KeySize != Abi.Sysctl.KeySize || _size < Abi.Sysctl.Size)
        {
            throw new BpfException(
                $"{ledger.SysctlJournal} was made by another version of netedit, and this version "
                    + $"cannot read it; run 'netedit uninstall' of that version first"
            );
        }
    }

    /// <summary>Opens the journal; null when there is none.</summary>
    internal static SysctlJournal? TryOpen(LedgerDirectory ledger) =>
        HostFiles.Exists(ledger.SysctlJournal)
            ? LedgerDirectory.TryGet(ledger.SysctlJournal)?.TransferTo(handle => new SysctlJournal(ledger, handle))
            : null;

    /// <summary>Opens the journal, or makes it.</summary>
    internal static SysctlJournal OpenOrCreate(LedgerDirectory ledger) => TryOpen(ledger) ?? Create(ledger);

    /// <summary>All entries, sorted by name; their current values are not in it.</summary>
    internal List<ObservedSysctl> Read() =>
        [
            .. _map.Keys(Abi.Sysctl.KeySize)
                .Select(key => Find(key))
                .OfType<ObservedSysctl>()
                .OrderBy(entry => entry.Key.Name, StringComparer.Ordinal)
                .ThenBy(entry => entry.Key.Namespace),
        ];

    /// <summary>An entry; null when there is none.</summary>
    internal ObservedSysctl? Find(SysctlKey key) => Find(Encode(key));

    /// <summary>Writes an entry, as a whole.</summary>
    internal void Write(ObservedSysctl entry)
    {
        var key = Encode(entry.Key);
        var value = new byte[_size];
        _ = _map.TryLookup(key, value);
        value.AsSpan(0, Abi.Sysctl.Size).Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(value.AsSpan(Abi.Sysctl.Paused), entry.Paused ? 1u : 0);
        foreach (
            var (offset, text) in ((int, string)[])
                [
                    (Abi.Sysctl.Value, entry.Value),
                    (Abi.Sysctl.Original, entry.Original),
                    (Abi.Sysctl.Before, entry.Before),
                    (Abi.Sysctl.Feature, entry.Feature),
                    (Abi.Sysctl.Policy, entry.Policy),
                ]
        )
        {
            FixedText.Write(value.AsSpan(offset, Abi.Sysctl.TextBytes), text);
        }

        _map.Update(key, value);
    }

    /// <summary>Takes an entry out, and removes the journal when that was the last.</summary>
    internal void Delete(SysctlKey key)
    {
        _map.Delete(Encode(key));
        if (IsEmpty)
        {
            _ledger.Remove(_ledger.SysctlJournal);
        }
    }

    /// <summary>Whether it has no entries.</summary>
    internal bool IsEmpty => _map.Keys(Abi.Sysctl.KeySize).Count == 0;

    /// <summary>Kernel memory in bytes.</summary>
    internal long MemoryBytes => KernelInfo.MemoryBytes(_map.Handle);

    public void Dispose() => _map.Dispose();

    private static SysctlJournal Create(LedgerDirectory ledger)
    {
        var options = new LibBpf.MapCreateOptions
        {
            Size = (nuint)sizeof(LibBpf.MapCreateOptions),
            MapFlags = Interop.Bpf.NoPrealloc,
        };
        return KernelHandle
            .Of(
                LibBpf.bpf_map_create(
                    Interop.Bpf.MapTypeHash,
                    Name,
                    Abi.Sysctl.KeySize,
                    Abi.Sysctl.Size,
                    MostEntries,
                    &options
                ),
                $"create the map {Name}"
            )
            .TransferTo(handle =>
            {
                var journal = new SysctlJournal(ledger, handle);
                LedgerDirectory.Pin(handle.Fd, ledger.SysctlJournal);
                return journal;
            });
    }

    private static byte[] Encode(SysctlKey key)
    {
        var bytes = new byte[Abi.Sysctl.KeySize];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, key.Namespace);
        FixedText.Write(bytes.AsSpan(Abi.Sysctl.Name), key.Name);
        return bytes;
    }

    private ObservedSysctl? Find(byte[] key)
    {
        var value = new byte[_size];
        return !_map.TryLookup(key, value)
            ? null
            : new ObservedSysctl(
                new SysctlKey(
                    BinaryPrimitives.ReadUInt64LittleEndian(key),
                    FixedText.Read(key.AsSpan(Abi.Sysctl.Name))
                ),
                Text(value, Abi.Sysctl.Value),
                Text(value, Abi.Sysctl.Original),
                Current: null
            )
            {
                Paused = BinaryPrimitives.ReadUInt32LittleEndian(value.AsSpan(Abi.Sysctl.Paused)) != 0,
                Before = Text(value, Abi.Sysctl.Before),
                Feature = Text(value, Abi.Sysctl.Feature),
                Policy = Text(value, Abi.Sysctl.Policy),
            };
    }

    private static string Text(byte[] value, int offset) => FixedText.Read(value.AsSpan(offset, Abi.Sysctl.TextBytes));
}
