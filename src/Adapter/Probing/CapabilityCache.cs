using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using NetEdit.Host;

namespace NetEdit.Adapter.Probing;

/// <summary>
/// Keeps a report between runs. It holds as long as kernel, BTF and adapter are the same, except for what is mounted, which
/// is looked at each time. A cache that cannot be read or written is no error: probing takes a fraction of a second.
/// </summary>
/// <param name="path">The file, or null to keep nothing longer than this object.</param>
internal sealed class CapabilityCache(string? path)
{
    private const string BtfPath = "/sys/kernel/btf/vmlinux";

    /* Some megabytes, and the same as long as the kernel runs. */
    private static readonly Lazy<string> Btf = new(BtfDigest);

    private CapabilityReport? _report;

    /// <summary>The report of this host, from the cache when it is still true. One that a passing shortage has spoilt is not kept.</summary>
    internal CapabilityReport Get()
    {
        if (_report is not null)
        {
            return _report;
        }

        var release = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        var digest = Btf.Value;
        if (path is not null && TryRead(path) is { } kept && kept.Adapter == AdapterVersion && kept.Report.KernelRelease == release && kept.Report.BtfDigest == digest)
        {
            return _report = kept.Report;
        }

        var probe = new CapabilityProbe();
        var report = probe.Run(release, digest);
        if (probe.WasSpoilt)
        {
            return report;
        }

        if (path is not null)
        {
            TryWrite(path, new CachedReport(AdapterVersion, report));
        }

        return _report = report;
    }

    private static string AdapterVersion => typeof(CapabilityCache).Assembly.ManifestModule.ModuleVersionId.ToString();

    private static string BtfDigest()
    {
        try
        {
            using var btf = File.OpenRead(BtfPath);
            return Convert.ToHexStringLower(SHA256.HashData(btf));
        }
        catch (IOException)
        {
            return "";
        }
    }

    private static CachedReport? TryRead(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, CacheJson.Default.CachedReport);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    private static void TryWrite(string path, CachedReport report)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var temporary = path + ".new";
            File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(report, CacheJson.Default.CachedReport));
            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception unwritable) when (unwritable is IOException or UnauthorizedAccessException)
        {
            // probed again next time
        }
    }
}

/// <summary>A report and the build of the adapter that made it.</summary>
internal sealed record CachedReport(string Adapter, CapabilityReport Report);

[JsonSerializable(typeof(CachedReport))]
internal sealed partial class CacheJson : JsonSerializerContext;
