using NetEdit.Adapter.Interop;

namespace NetEdit.Adapter.Ledger;

/// <summary>Pinned objects, held open so that they can be pinned again whatever becomes of their pins.</summary>
internal sealed class HeldPins : IDisposable
{
    private readonly List<(string Path, KernelHandle Handle)> _held = [];

    /// <summary>Holds what is pinned at these paths.</summary>
    internal static HeldPins Of(IEnumerable<string> paths) =>
        new HeldPins().TransferTo(pins =>
        {
            foreach (var path in paths)
            {
                if (LedgerDirectory.TryGet(path) is { } handle)
                {
                    pins._held.Add((path, handle));
                }
            }

            return pins;
        });

    /// <summary>Where they were pinned.</summary>
    internal IEnumerable<string> Paths => _held.Select(pin => pin.Path);

    /// <summary>Those that were pinned at some of the paths.</summary>
    internal IEnumerable<KernelHandle> Where(Func<string, bool> isWanted) =>
        _held.Where(pin => isWanted(pin.Path)).Select(pin => pin.Handle);

    /// <summary>Pins again what is pinned no longer.</summary>
    internal void PutBack() =>
        _held
            .Where(pin => !HostFiles.Exists(pin.Path))
            .ToList()
            .ForEach(pin => LedgerDirectory.Pin(pin.Handle.Fd, pin.Path));

    public void Dispose() => _held.ForEach(pin => pin.Handle.Dispose());
}
