using System.Collections.Immutable;
using System.Globalization;
using NetEdit.Agent.Policies;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Host;

/// <summary>What <c>host.yaml</c> says.</summary>
internal sealed record HostLabels(ImmutableSortedDictionary<string, string> Labels, ImmutableArray<PolicyError> Errors)
{
    /// <summary>Where the labels of this host are kept.</summary>
    public const string DefaultPath = "/etc/netedit/host.yaml";

    private const int MaximumBytes = 64 * 1024;

    /// <summary>No labels.</summary>
    public static HostLabels None { get; } = new(ImmutableSortedDictionary<string, string>.Empty, []);

    /// <summary>Those of a host's labels that are set in the file, not discovered.</summary>
    public static ImmutableSortedDictionary<string, string> Own(ImmutableSortedDictionary<string, string> labels) =>
        labels.RemoveRange(
            labels.Keys.Where(label => label.StartsWith(HostLabelReader.Reserved, StringComparison.Ordinal))
        );

    /// <summary>
    /// Reads the file, or in its place the one whose name ends in <c>.yml</c>; where there is neither, there are no
    /// labels.
    /// </summary>
    public static HostLabels Read(string path)
    {
        var other = Path.ChangeExtension(path, ".yml");
        return BrokenLink.On(other) is { } broken ? Error(other, broken)
            : !File.Exists(other) ? ReadFile(path)
            : File.Exists(path) ? Error(other, $"is not read, since {Path.GetFileName(path)} is beside it; keep one")
            : ReadFile(other);
    }

    private static HostLabels ReadFile(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > MaximumBytes)
            {
                const int Limit = MaximumBytes / 1024;
                var length = stream.Length.ToString(CultureInfo.InvariantCulture);
                return Error(path, $"the file has {length} bytes; the limit is {Limit} KiB");
            }

            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            var (labels, errors) = HostLabelReader.Read(path, content);
            return new HostLabels(labels, errors);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return BrokenLink.On(path) is { } broken ? Error(path, broken) : None;
        }
        catch (UnauthorizedAccessException)
        {
            return Error(path, "cannot be read: permission denied");
        }
    }

    private static HostLabels Error(string path, string message) =>
        new(None.Labels, [new PolicyError(path, 0, 0, message)]);
}
