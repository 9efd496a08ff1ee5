using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using NetEdit.Adapter;
using NetEdit.Agent.Native;

namespace NetEdit.Agent.Events;

/// <summary>Reads the events of a state directory: first all of them, then what was added since.</summary>
/// <param name="directory">The state directory of the ledger.</param>
internal sealed class EventReader(string directory) : IDisposable
{
    /// <summary>A line that is longer is damaged, in bytes.</summary>
    public const int LongestLine = 128 * 1024;

    // A file of ours that somebody made larger is read from its end.
    private const int MostBytes = 4 * EventFile.DefaultBytes;

    private readonly List<byte> _line = [];
    private SafeFileHandle? _file;
    private long _position;
    private bool _isSkipping;
    private bool _hasReadFormer;

    /// <summary>Lines that were damaged.</summary>
    public int Damaged { get; private set; }

    /// <summary>Reads the events that were not read before, oldest first; none when the directory does not exist.</summary>
    /// <exception cref="IOException">The directory or a file cannot be read, or is not ours.</exception>
    /// <exception cref="UnauthorizedAccessException">This user may not read it.</exception>
    public ImmutableArray<KeptEvent> Read()
    {
        using var opened = TrustedPath.OpenDirectory(directory, out var problem);
        if (opened is null)
        {
            return problem!.IsAbsent ? []
                : problem.Errno == SystemCalls.EACCES ? throw new UnauthorizedAccessException(problem.Message)
                : throw new IOException(problem.Message);
        }

        var events = ImmutableArray.CreateBuilder<KeptEvent>();
        if (_file is null)
        {
            var current = EventFile.OpenForReading(opened, EventFile.Name);
            ReadFormer(opened, current, events);
            Start(current);
        }

        ReadRest(events);

        // The file became the former one: what was added to it until then is read first.
        if (_file is not null && !IsStill(_file, EventFile.IdentityOf(opened, EventFile.Name)))
        {
            ReadRest(events);
            EndFile();
            Start(EventFile.OpenForReading(opened, EventFile.Name));
            ReadRest(events);
        }

        return events.ToImmutable();
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private static bool IsStill(SafeFileHandle file, FileIdentity? identity) =>
        SystemCalls.IdentityOf(file) is { } open && open.IsSameFile(identity);

    /// <summary>Reads the former file, once, unless the current one has just become it.</summary>
    private void ReadFormer(SafeFileHandle opened, SafeFileHandle? current, ImmutableArray<KeptEvent>.Builder events)
    {
        if (_hasReadFormer)
        {
            return;
        }

        _hasReadFormer = true;
        var former = EventFile.OpenForReading(opened, EventFile.FormerName);
        if (former is not null && current is not null && IsStill(former, SystemCalls.IdentityOf(current)))
        {
            former.Dispose();
            return;
        }

        Start(former);
        ReadRest(events);
        EndFile();
    }

    private void Start(SafeFileHandle? file)
    {
        _file = file;
        _position = _file is null ? 0 : Math.Max(0, RandomAccess.GetLength(_file) - MostBytes);

        // The first line of the part that is read began before it.
        _isSkipping = _position > 0;
    }

    private void EndFile()
    {
        Damaged += _line.Count > 0 ? 1 : 0;
        _line.Clear();
        _file?.Dispose();
        _file = null;
    }

    private void ReadRest(ImmutableArray<KeptEvent>.Builder events)
    {
        if (_file is null)
        {
            return;
        }

        // Somebody emptied it.
        _position = Math.Min(_position, RandomAccess.GetLength(_file));
        Span<byte> buffer = new byte[64 * 1024];
        while (RandomAccess.Read(_file, buffer, _position) is > 0 and var count)
        {
            _position += count;
            Take(buffer[..count], events);
        }
    }

    private void Take(ReadOnlySpan<byte> bytes, ImmutableArray<KeptEvent>.Builder events)
    {
        while (bytes.Length > 0)
        {
            var end = bytes.IndexOf((byte)'\n');
            var part = end < 0 ? bytes : bytes[..end];
            bytes = end < 0 ? [] : bytes[(end + 1)..];
            if (!_isSkipping)
            {
                _line.AddRange(part);
            }

            if (_line.Count > LongestLine)
            {
                Damaged++;
                _line.Clear();
                _isSkipping = true;
            }

            if (end < 0)
            {
                return;
            }

            if (_line.Count > 0)
            {
                if (KeptEvent.Parse(CollectionsMarshal.AsSpan(_line)) is { } read)
                {
                    events.Add(read);
                }
                else
                {
                    Damaged++;
                }
            }

            _line.Clear();
            _isSkipping = false;
        }
    }
}
