using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using NetEdit.Model;

namespace NetEdit.Adapter.Probing;

/// <summary>
/// What this host can do. Verdicts about the kernel are kept between runs; they hold until the host boots again or another build of the
/// adapter asks. Whatever depends on mounts is looked at each time, and what could not be decided is tried again. A cache that cannot
/// be read or written is not an error: probing takes a fraction of a second.
/// </summary>
/// <param name="path">The file, or null to keep nothing longer than this object.</param>
/// <param name="time">The clock.</param>
internal sealed class CapabilityCache(string? path, TimeProvider time)
{
    private const string BtfPath = "/sys/kernel/btf/vmlinux";
    private const string BootPath = "/proc/sys/kernel/random/boot_id";
    private const string ReleasePath = "/proc/sys/kernel/osrelease";

    /* What was refused for want of a right is seldom allowed soon after, and trying it takes milliseconds. */
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMinutes(1);

    private Verdicts _verdicts = Verdicts.None;
    private ImmutableDictionary<string, Capability> _denied = ImmutableDictionary<string, Capability>.Empty;
    private long _deniedAt;
    private CapabilityReport? _report;

    /// <summary>The report of the last look; one that a passing shortage has spoilt is made anew.</summary>
    internal CapabilityReport Get() => _report ?? Look();

    /// <summary>Has mounts looked at again, and what the host lacked for a moment tried again, when the report is next asked for.</summary>
    internal void Renew() => _report = null;

    /// <summary>Tries again what was refused for want of a right, at most once a minute.</summary>
    /// <returns>Whether some of it is not refused any more.</returns>
    internal bool RetryDenied()
    {
        if (_denied.IsEmpty || time.GetElapsedTime(_deniedAt) < BetweenAttempts)
        {
            return false;
        }

        var before = _denied;
        _denied = _denied.Clear();
        _ = Look();
        return before.Keys.Any(name => !_denied.ContainsKey(name));
    }

    private CapabilityReport Look()
    {
        var host = Verdicts.None with
        {
            Adapter = AdapterVersion,
            Boot = File.ReadAllText(BootPath).Trim(),
            HasBtf = HostFiles.Exists(BtfPath),
        };
        if (!_verdicts.AreOf(host))
        {
            _verdicts = path is not null && TryRead(path) is { } kept && kept.AreOf(host) ? kept : host;
            _denied = _denied.Clear();
        }

        var probe = new CapabilityProbe(_verdicts.Capabilities, _denied);
        var report = probe.Run(File.ReadAllText(ReleasePath).Trim());
        if (probe.Denied.Count > _denied.Count)
        {
            (_denied, _deniedAt) = (probe.Denied.ToImmutableDictionary(StringComparer.Ordinal), time.GetTimestamp());
        }

        if (probe.Verdicts.Count > _verdicts.Capabilities.Length)
        {
            _verdicts = _verdicts with
            {
                Capabilities =
                [
                    .. probe.Verdicts.Values.OrderBy(capability => capability.Name, StringComparer.Ordinal),
                ],
            };
            if (path is not null)
            {
                TryWrite(path, _verdicts);
            }
        }

        _report = probe.WasSpoilt ? null : report;
        return report;
    }

    private static string AdapterVersion => typeof(CapabilityCache).Assembly.ManifestModule.ModuleVersionId.ToString();

    private static Verdicts? TryRead(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, CacheJson.Default.Verdicts);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static void TryWrite(string path, Verdicts verdicts)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var temporary = path + ".new";
            File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(verdicts, CacheJson.Default.Verdicts));
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            // probed again next time
        }
    }
}

/// <summary>What is known of a running kernel whoever asks.</summary>
/// <param name="Adapter">The build of the adapter that probed it.</param>
/// <param name="Boot">The kernel's random id of this boot: a kernel and its types change with a boot only.</param>
/// <param name="HasBtf">Whether the kernel's types could be seen, without which some programs do not load.</param>
/// <param name="Capabilities">The verdicts.</param>
internal sealed record Verdicts(string Adapter, string Boot, bool HasBtf, ImmutableArray<Capability> Capabilities)
{
    internal static Verdicts None { get; } = new("", "", false, []);

    /// <summary>Whether these are about the kernel and by the adapter that others are of.</summary>
    internal bool AreOf(Verdicts others) =>
        !Capabilities.IsDefault && (Adapter, Boot, HasBtf) == (others.Adapter, others.Boot, others.HasBtf);
}

[JsonSerializable(typeof(Verdicts))]
internal sealed partial class CacheJson : JsonSerializerContext;
