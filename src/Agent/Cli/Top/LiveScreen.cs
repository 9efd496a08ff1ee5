using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using NetEdit.Agent.Native;

namespace NetEdit.Agent.Cli.Top;

/// <summary>
/// A terminal that shows one picture after another until q is typed or a signal comes. Each picture is written over the one before it, so nothing
/// flickers. However it ends, the terminal is as before.
/// </summary>
internal sealed class LiveScreen : IDisposable
{
    private const int StandardInput = 0;
    private const short Readable = 1;
    private const int EventCloseOnExec = 0x80000;
    private static readonly TimeSpan LongestPoll = TimeSpan.FromMinutes(1);

    private readonly TerminalWriter _output;
    private readonly TerminalMode? _mode;
    private readonly SafeFileHandle _ended;
    private readonly PosixSignalRegistration[] _signals;

    /// <summary>Takes the terminal.</summary>
    /// <param name="output">The terminal.</param>
    public LiveScreen(TerminalWriter output)
    {
        _output = output;
        _ended = new SafeFileHandle(SystemCalls.EventDescriptor(0, EventCloseOnExec), ownsHandle: true);
        _signals =
        [
            .. (
                (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGQUIT]
            ).Select(signal => PosixSignalRegistration.Create(signal, End)),
        ];
        _mode = TerminalMode.Set(StandardInput);
        _output.Write(ScreenControl.Enter);
    }

    /// <summary>Shows a picture; what is below the last line of the terminal is left out.</summary>
    /// <param name="picture">Its lines.</param>
    /// <param name="height">Lines of the terminal.</param>
    public void Show(IEnumerable<string> picture, int height)
    {
        _output.Write(ScreenControl.Home);
        var isFirst = true;
        foreach (var line in picture.Take(height))
        {
            // No line feed after the last one: it would scroll.
            _output.Write(isFirst ? line : "\n" + line);
            _output.Write(ScreenControl.ClearLine);
            isFirst = false;
        }

        _output.Write(ScreenControl.ClearBelow);
        _output.Flush();
    }

    /// <summary>Waits for a while, or until it is to end.</summary>
    /// <returns>Whether it is to go on.</returns>
    public bool Wait(TimeSpan time)
    {
        Span<byte> keys = stackalloc byte[64];
        var end = Environment.TickCount64 + (long)time.TotalMilliseconds;
        Span<SystemCalls.Polled> polled =
        [
            new() { Descriptor = (int)_ended.DangerousGetHandle(), Events = Readable },
            new() { Descriptor = _mode is null ? -1 : StandardInput, Events = Readable },
        ];
        for (; ; )
        {
            var left = Math.Clamp(end - Environment.TickCount64, 0, (long)LongestPoll.TotalMilliseconds);
            _ = SystemCalls.Poll(polled, (ulong)polled.Length, (int)left);
            if (polled[0].Returned != 0)
            {
                return false;
            }

            if (polled[1].Returned != 0)
            {
                using var input = new SafeFileHandle(StandardInput, ownsHandle: false);
                var count = SystemCalls.Read(input, keys, keys.Length);
                if (count <= 0 || keys[..(int)count].IndexOfAny((byte)'q', (byte)'Q') >= 0)
                {
                    return false;
                }
            }

            if (Environment.TickCount64 >= end)
            {
                return true;
            }

            (polled[0].Returned, polled[1].Returned) = (0, 0);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _output.Write(ScreenControl.Leave);
            _output.Flush();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The terminal is gone.
        }

        _mode?.Dispose();
        foreach (var signal in _signals)
        {
            signal.Dispose();
        }

        _ended.Dispose();
    }

    private void End(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _ = SystemCalls.Write(_ended, BitConverter.GetBytes(1UL), sizeof(ulong));
    }
}
