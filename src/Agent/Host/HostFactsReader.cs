using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using NetEdit.Adapter;
using NetEdit.Agent.Native;
using NetEdit.Host;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Host;

/// <summary>Discovers what is known of this host.</summary>
/// <param name="root">Where <c>/proc</c>, <c>/sys</c> and <c>/etc</c> are; empty for this host.</param>
internal sealed class HostFactsReader(string root = "")
{
    /// <summary>Lists the limits that are sysctls, each with its sysctl and the place of its number there, from 0.</summary>
    internal static IReadOnlyList<(string Name, string Sysctl, int Index)> LimitSysctls { get; } =
    [
        (HostLimits.ReceiveBuffer, HostLimits.ReceiveBuffer, 0),
        (HostLimits.SendBuffer, HostLimits.SendBuffer, 0),
        (HostLimits.FirstReceiveBuffer, "net.ipv4.tcp_rmem", 1),
        (HostLimits.TunedReceiveBuffer, "net.ipv4.tcp_rmem", 2),
        (HostLimits.TunedSendBuffer, "net.ipv4.tcp_wmem", 2),
        (HostLimits.ReceiveAutotuning, HostLimits.ReceiveAutotuning, 0),
    ];

    /// <summary>Reads the facts, all but the cgroups; when <c>host.yaml</c> is wrong, every error and facts without its labels.</summary>
    /// <exception cref="BpfException">A file that is there cannot be read, so that the facts are not known.</exception>
    public (HostFacts Facts, ImmutableArray<PolicyError> Errors) Read()
    {
        var release = ReadLine("/proc/sys/kernel/osrelease");
        var architecture = RuntimeInformation.OSArchitecture switch
        {
            Architecture.X64 => "x64",
            Architecture.Arm64 => "arm64",
            var other => other.ToString(),
        };
        var hostName = ReadLine("/proc/sys/kernel/hostname");
        var distribution = Distribution(ReadText("/etc/os-release"));
        var own = HostLabels.Read(root + HostLabels.DefaultPath);
        var labels = own.Labels.ToBuilder();
        labels["netedit/hostname"] = hostName;
        labels["netedit/arch"] = architecture;
        labels["netedit/distribution"] = distribution;
        labels["netedit/kernel"] = release;

        var limits = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        foreach (var (name, sysctl, index) in LimitSysctls)
        {
            // Containers have no net.core files of their own: the limit is then not known.
            var numbers = ReadLine("/proc/sys/" + sysctl.Replace('.', '/'))
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (
                long.TryParse(
                    numbers.ElementAtOrDefault(index),
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var limit
                )
            )
            {
                limits[name] = limit;
            }
        }

        if (root.Length == 0)
        {
            limits[HostLimits.TicksPerSecond] = BpfAdapter.TicksPerSecond;
        }

        return (
            new HostFacts
            {
                KernelRelease = release,
                Architecture = architecture,
                HostName = hostName,
                Distribution = distribution,
                Processors = Processors(ReadLine("/sys/devices/system/cpu/online")),
                MemoryBytes = Memory(ReadText("/proc/meminfo")),
                Labels = labels.ToImmutable(),
                Limits = limits.ToImmutable(),
                CongestionControls =
                [
                    .. ReadLine("/proc/sys/net/ipv4/tcp_available_congestion_control")
                        .Split(' ', StringSplitOptions.RemoveEmptyEntries),
                ],
                Interfaces = Interfaces(),
                NetworkNamespace = NetworkNamespace(),
            },
            own.Errors
        );
    }

    /// <summary>Which of these sysctls this kernel has.</summary>
    internal ImmutableSortedSet<string> Sysctls(IEnumerable<string> names) =>
        [
            .. names
                .Distinct(StringComparer.Ordinal)
                .Where(name => HostFiles.Exists($"{root}/proc/sys/{name.Replace('.', '/')}"))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>The values that sysctls have now, with one space between numbers; without those that cannot be read.</summary>
    internal ImmutableSortedDictionary<string, string> SysctlValues(IEnumerable<string> names) =>
        names
            .Distinct(StringComparer.Ordinal)
            .Select(name =>
                KeyValuePair.Create(
                    name,
                    string.Join(
                        ' ',
                        ReadLine("/proc/sys/" + name.Replace('.', '/'))
                            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                    )
                )
            )
            .Where(sysctl => sysctl.Value.Length > 0)
            .ToImmutableSortedDictionary(StringComparer.Ordinal);

    /// <summary>The interfaces of this process's network namespace, with their indices.</summary>
    internal static unsafe ImmutableSortedDictionary<string, int> Interfaces()
    {
        var names = SystemCalls.InterfaceNames();
        if (names == null)
        {
            throw new IOException(
                $"the interfaces cannot be listed: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}"
            );
        }

        var interfaces = ImmutableSortedDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
        for (var entry = names; entry->Index != 0; entry++)
        {
            interfaces[Marshal.PtrToStringUTF8(entry->Name)!] = (int)entry->Index;
        }

        SystemCalls.FreeInterfaceNames(names);
        return interfaces.ToImmutable();
    }

    /// <summary>The inode of <c>net:[4026531840]</c>, of this thread.</summary>
    internal static ulong NetworkNamespace()
    {
        var target = File.ResolveLinkTarget("/proc/thread-self/ns/net", returnFinalTarget: false)?.Name ?? "";
        var start = target.IndexOf('[', StringComparison.Ordinal) + 1;
        return ulong.TryParse(
            target.AsSpan(start).TrimEnd(']'),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var inode
        )
            ? inode
            : 0;
    }

    /// <summary><c>debian-12</c> of <c>ID=debian</c> and <c>VERSION_ID="12"</c>.</summary>
    internal static string Distribution(string osRelease)
    {
        var id = Value("ID=");
        var version = Value("VERSION_ID=");
        return version.Length == 0 ? id : $"{id}-{version}";

        string Value(string key)
        {
            foreach (var line in osRelease.AsSpan().EnumerateLines())
            {
                if (line.StartsWith(key, StringComparison.Ordinal))
                {
                    return line[key.Length..].Trim().Trim('"').Trim('\'').ToString();
                }
            }

            return "";
        }
    }

    /// <summary>Counts a list of ranges: <c>0-3,8</c> is 5.</summary>
    internal static int Processors(string ranges)
    {
        var count = 0;
        foreach (var range in ranges.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var dash = range.IndexOf('-', StringComparison.Ordinal);
            if (
                int.TryParse(
                    dash < 0 ? range : range[..dash],
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var first
                )
                && int.TryParse(
                    dash < 0 ? range : range[(dash + 1)..],
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var last
                )
            )
            {
                count += last - first + 1;
            }
        }

        return count > 0 ? count : Environment.ProcessorCount;
    }

    /// <summary>Bytes of <c>MemTotal:  16316412 kB</c>.</summary>
    internal static long Memory(string meminfo)
    {
        const string key = "MemTotal:";
        foreach (var line in meminfo.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(key, StringComparison.Ordinal))
            {
                var value = line[key.Length..].Trim();
                var space = value.IndexOf(' ');
                return long.TryParse(
                    space < 0 ? value : value[..space],
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var kib
                )
                    ? kib * 1024
                    : 0;
            }
        }

        return 0;
    }

    private string ReadLine(string path) => ReadText(path).Trim();

    /* Only a file that is not there is empty: by what another one would say, policies select hosts. */
    private string ReadText(string path)
    {
        try
        {
            return HostFiles.ReadText(root + path);
        }
        catch (BpfException absent) when (absent.Errno == SystemCalls.ENOENT && !HostFiles.Exists(root + path))
        {
            return "";
        }
    }
}
