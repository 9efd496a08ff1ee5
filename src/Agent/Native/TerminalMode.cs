using System.Runtime.InteropServices;

namespace NetEdit.Agent.Native;

/// <summary>
/// A terminal that hands over each key when it is typed, and shows none. Ctrl-C still sends SIGINT; Ctrl-Z does nothing, since a process that is
/// stopped could not give the terminal back.
/// </summary>
internal sealed partial class TerminalMode : IDisposable
{
    // struct termios of Linux, the same on x86-64 and arm64.
    private const int Size = 60;
    private const int LocalFlags = 12;
    private const int SuspendKey = 17 + 10;
    private const uint LineByLine = 0x2;
    private const uint Echo = 0x8;
    private const int AfterOutput = 1;

    private readonly int _terminal;
    private readonly byte[] _before;

    private TerminalMode(int terminal, byte[] before) => (_terminal, _before) = (terminal, before);

    /// <summary>Sets the mode; null when the descriptor is not a terminal.</summary>
    /// <param name="terminal">A descriptor of the terminal.</param>
    public static TerminalMode? Set(int terminal)
    {
        // The C library may write a few bytes more than the kernel's struct has.
        var now = new byte[2 * Size];
        if (GetMode(terminal, now) != 0)
        {
            return null;
        }

        var before = (byte[])now.Clone();
        var flags = BitConverter.ToUInt32(now, LocalFlags) & ~(LineByLine | Echo);
        BitConverter.TryWriteBytes(now.AsSpan(LocalFlags), flags);
        now[SuspendKey] = 0;
        return SetMode(terminal, AfterOutput, now) == 0 ? new TerminalMode(terminal, before) : null;
    }

    /// <summary>Gives the terminal back as it was.</summary>
    public void Dispose() => _ = SetMode(_terminal, AfterOutput, _before);

    [LibraryImport("libc", EntryPoint = "tcgetattr", SetLastError = true)]
    private static partial int GetMode(int terminal, Span<byte> mode);

    [LibraryImport("libc", EntryPoint = "tcsetattr", SetLastError = true)]
    private static partial int SetMode(int terminal, int when, ReadOnlySpan<byte> mode);
}
