using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using NetEdit.Model;

namespace NetEdit.Adapter.Probing;

/// <summary>
/// What this host can do. Verdicts about the kernel are kept between runs; they hold as long as kernel, BTF and adapter are the
/// same. What depends on mounts is looked at each time, and what could not be told is tried again. A cache that cannot be read or
/// written is no error: probing takes a fraction of a second.
/// </summary>
/// <param name="path">The file, or null to keep nothing longer than this object.</param>
/// <param name="time">The clock.</param>
internal sealed class CapabilityCache(string? path, TimeProvider time)
{
    private const string BtfPath = "/sys/kernel/btf/vmlinux";

    /* What was refused for want of a right is seldom allowed soon after, and trying it takes milliseconds. */
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMinutes(1);

    /* Some megabytes, and the same as long as the kernel runs. */
    private static string? _btf;

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
            KernelRelease = File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
            BtfDigest = BtfDigest(),
        };
        if (!_verdicts.AreOf(host))
        {
            _verdicts = path is not null && TryRead(path) is { } kept && kept.AreOf(host) ? kept : host;
            _denied = _denied.Clear();
        }

        var probe = new CapabilityProbe(_verdicts.Capabilities, _denied);
        var report = probe.Run(host.KernelRelease, host.BtfDigest);
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

    private static string BtfDigest()
    {
        if (_btf is not null)
        {
            return _btf;
        }

        try
        {
            using var btf = File.OpenRead(BtfPath);
            return _btf = Convert.ToHexStringLower(SHA256.HashData(btf));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

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

/// <summary>What is known of a kernel whoever asks, and the build of the adapter that found it out.</summary>
internal sealed record Verdicts(
    string Adapter,
    string KernelRelease,
    string BtfDigest,
    ImmutableArray<Capability> Capabilities
)
{
    internal static Verdicts None { get; } = new("", "", "", []);

    /// <summary>Whether these are about the kernel and by the adapter that others are of.</summary>
    internal bool AreOf(Verdicts others) =>
        !Capabilities.IsDefault
        && (Adapter, KernelRelease, BtfDigest) == (others.Adapter, others.KernelRelease, others.BtfDigest);
}

[JsonSerializable(typeof(Verdicts))]
internal sealed partial class CacheJson : JsonSerializerContext;
