using System.Globalization;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Policies;

/// <summary>Policies from standard input: one YAML stream, which may have several documents.</summary>
/// <param name="open">Opens it.</param>
internal sealed class StandardInput(Func<Stream> open)
{
    /// <summary>What a user writes instead of a path.</summary>
    public const string Name = "-";

    private (byte[] Content, string? Error)? _read;

    /// <summary>Reads all of it, once; later calls give the same.</summary>
    /// <returns>The content; or what is wrong with it, when that is not null.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    public (byte[] Content, string? Error) Read() => _read ??= ReadOnce();

    private (byte[] Content, string? Error) ReadOnce()
    {
        using var input = open();
        var content = new byte[PolicyLimits.FileBytes + 1];
        var count = input.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
        return count <= PolicyLimits.FileBytes
            ? (content[..count], null)
            : (
                [],
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"standard input exceeds the limit of {PolicyLimits.FileBytes >> 20} MiB"
                )
            );
    }
}
