using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace NetEdit.Kernels;

/// <summary>The end of a command in a guest.</summary>
/// <param name="ExitCode">Its exit code; 124 when it took longer than <see cref="GuestShell.Limit"/>.</param>
/// <param name="Output">What it wrote to standard output and standard error, without the last line's end.</param>
internal sealed record CommandOutcome(int ExitCode, string Output);

/// <summary>Runs commands in a guest, over the serial line that is qemu's standard input and output.</summary>
internal sealed class GuestShell : IDisposable
{
    /// <summary>How long a command may take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private const string Ready = "ready";

    private readonly Process _machine;
    private readonly BlockingCollection<string> _lines = [];

    /// <summary>Listens to a machine that has just been started.</summary>
    public GuestShell(Process machine)
    {
        _machine = machine;
        machine.OutputDataReceived += (_, line) =>
        {
            if (line.Data is { } text)
            {
                _lines.Add(text);
            }
            else
            {
                _lines.CompleteAdding();
            }
        };
        machine.BeginOutputReadLine();
    }

    /// <summary>Waits until the shell in the guest is there.</summary>
    public bool IsReady(TimeSpan limit) => _lines.TryTake(out var line, limit) && line == Ready;

    /// <summary>Runs a command of bash.</summary>
    /// <exception cref="InvalidOperationException">The guest has ended or gives no answer.</exception>
    public CommandOutcome Run(string command)
    {
        _machine.StandardInput.Write(Convert.ToBase64String(Encoding.UTF8.GetBytes(command)) + "\n");
        _machine.StandardInput.Flush();
        if (!_lines.TryTake(out var line, Limit + Limit))
        {
            throw new InvalidOperationException($"the guest gave no answer to: {command}");
        }

        var words = line.Split(' ', 2);
        return new CommandOutcome(
            int.Parse(words[0], CultureInfo.InvariantCulture),
            Encoding.UTF8.GetString(Convert.FromBase64String(words[1]))
        );
    }

    public void Dispose() => _lines.Dispose();
}
