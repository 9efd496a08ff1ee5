using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using NetEdit.Adapter;
using NetEdit.Adapter.Kinds;
using NetEdit.Adapter.Objects;
using NetEdit.Host;
using NetEdit.Lab;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Faults;

/// <summary>Two scopes, a ledger and a congestion control's name of its own, and what the kernel holds of them.</summary>
internal sealed partial class Site : IDisposable
{
    /// <summary>In which the kernel mostly has freed what has lost its last user.</summary>
    public static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(60);

    /// <summary>After which it must have.</summary>
    public static readonly TimeSpan ReplyTimeout = TimeSpan.FromSeconds(10);

    private const int Passes = 3;
    private static readonly TimeSpan BetweenPasses = TimeSpan.FromMilliseconds(300);

    private readonly List<MadeObject> _alive = [];
    private int _known;

    /// <summary>Makes a site.</summary>
    /// <param name="name">What the names of its ledger and its cgroups begin with.</param>
    /// <param name="capabilities">File of the probed capabilities.</param>
    public Site(string name, string capabilities)
    {
        Capabilities = capabilities;
        Ledger = name;
        Algorithm = "netedit_" + RandomNumberGenerator.GetHexString(5, lowercase: true);
        Web = LabCgroup.Create(name + "-web");
        Inner = Web.CreateChild("inner");
        Data = LabCgroup.Create(name + "-data");
        using (var adapter = Open(AdapterObjects.Embedded))
        {
            Pins = adapter.LedgerPath;
            Release = adapter.Capabilities.KernelRelease; // fills the cache
        }

        Seam.Track();
        FileSeam.Watch(Pins, 1);
        FileSeam.Watch(Path.GetDirectoryName(Pins)!, 0);
        FileSeam.Watch(LabCgroup.MountPoint!, 0);
        FileSeam.Watch(Web.FullPath, 1);
        FileSeam.Watch(Data.FullPath, 1);
    }

    public string Capabilities { get; }

    public string Ledger { get; }

    public string Algorithm { get; }

    public LabCgroup Web { get; }

    /// <summary>A scope inside the web scope.</summary>
    public LabCgroup Inner { get; }

    public LabCgroup Data { get; }

    public string Pins { get; }

    /// <summary>The version of the adapter that reads and uninstalls.</summary>
    public AdapterObjects Reader { get; set; } = AdapterObjects.Embedded;

    private string Release { get; }

    private ulong Namespace { get; } =
        ulong.Parse(
            File.ResolveLinkTarget("/proc/self/ns/net", returnFinalTarget: false)!.Name[5..^1],
            CultureInfo.InvariantCulture
        );

    public Scenario Scenario(string name) => Scenarios.Create(name, Web.Path, Data.Path, Algorithm);

    /// <summary>What a new process would have: nothing but the kernel to go by.</summary>
    public BpfAdapter Open(AdapterObjects objects) =>
        BpfAdapter.Open(new AdapterOptions { Ledger = Ledger, CapabilityCache = Capabilities }, objects);

    public DesiredState Decide(BpfAdapter adapter, Wish wish)
    {
        var host = new HostFacts
        {
            KernelRelease = Release,
            Cgroups = adapter.FindCgroups(wish.Policies.Scopes),
            NetworkNamespace = Namespace,
            Sysctls = [.. Scenarios.Sysctls],
        };
        return Decider.Decide(wish.Policies, host, adapter.Capabilities, wish.Catalog, []).Desired;
    }

    public Plan Plan(BpfAdapter adapter, Wish wish) =>
        Planner.Plan(Decide(adapter, wish), adapter.Observe(), adapter.ChainObjectDigest);

    /// <summary>One attempt at a wish: observed, planned, executed once.</summary>
    public ExecutionResult Attempt(BpfAdapter adapter, Wish wish) => adapter.Execute(Plan(adapter, wish));

    /// <summary>Brings a wish about, as a new process would.</summary>
    public void Apply(Wish wish)
    {
        using var adapter = Open(wish.Objects);
        var result = Attempt(adapter, wish);
        if (!result.Success)
        {
            throw new InvalidOperationException(result.Error);
        }
    }

    /// <summary>
    /// Passes as an agent does until the kernel holds what is expected: a congestion control that is let go may still drain at the first pass. What is
    /// left to do after the last one, the caller sees.
    /// </summary>
    /// <returns>The error of a pass, or null.</returns>
    public string? Reach(BpfAdapter adapter, Wish wish, string expected)
    {
        for (var pass = 0; pass < Passes; pass++)
        {
            if (Attempt(adapter, wish) is { Success: false } result)
            {
                return result.Error;
            }

            if (ReadUntil(BetweenPasses, expected) == expected)
            {
                break;
            }
        }

        return null;
    }

    /// <summary>
    /// What the kernel holds of ours, without the numbers that differ from run to run: the observed state, the pins, and every object that was made
    /// since the last <see cref="Seam.Track"/> and still exists.
    /// </summary>
    public string Read()
    {
        using var adapter = Open(Reader);
        var observed = adapter.Observe();
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"shared maps {observed.SharedMaps}, pins missing {observed.SharedPinsMissing}, rules "
                + $"{observed.Rules.Digest}, room {observed.ProfileRoom} {observed.EventRoom}, unfinished "
                + $"{observed.Unfinished}\n"
        );
        text.AppendJoin(
            "",
            observed.FormerMaps.Concat(observed.Misplaced.Select(pin => pin.From)).Select(path => $"elsewhere {path}\n")
        );
        text.AppendJoin(
            "",
            observed.Chains.Select(chain =>
                $"chain {chain.Scope} {chain.CgroupId} {chain.Key} {chain.Digest} "
                + $"{string.Join(',', chain.Features)} {chain.UsesSharedMaps}\n"
            )
        );
        text.AppendJoin(
            "",
            observed.Algorithms.Select(algorithm =>
                $"algorithm {algorithm.Algorithm} {algorithm.Digest} {algorithm.Registered} {algorithm.Pinned}\n"
            )
        );
        text.AppendJoin(
            "",
            observed.Attachments.Select(program =>
                $"program {program.Key} {program.TargetId} {program.Digest} {program.Mechanism} "
                + $"{program.Policy} {Convert.ToHexStringLower(program.Parameters.AsSpan())} {program.Paused} "
                + $"{program.Pinned} {program.LinkIds.Length}\n"
            )
        );
        text.AppendJoin(
            "",
            observed.Sysctls.Select(sysctl =>
                $"sysctl {sysctl.Key.Name} {sysctl.Value} {sysctl.Original} {sysctl.Before} {sysctl.Policy}\n"
            )
        );
        text.AppendJoin(
            "",
            Scenarios.Sysctls.Select(name => $"{name} is {File.ReadAllText("/proc/sys/" + name.Replace('.', '/'))}")
        );
        text.AppendJoin(
            "",
            observed.Profiles.Select(profile =>
                $"profile {profile.Key:x16} "
                + $"{Convert.ToHexStringLower(SHA256.HashData(profile.Value.AsSpan()).AsSpan(0, 6))}\n"
            )
        );
        text.AppendJoin("", observed.Orphans.Select(orphan => $"orphan {WithoutNumbers(orphan.Path)}\n"));
        text.AppendJoin("", PinNames().Select(pin => $"pin {pin}\n"));
        text.Append(ObjectList());
        return text.ToString();
    }

    /// <summary>Reads until the kernel holds one of these, or for as long as freeing can take.</summary>
    public string ReadUntil(params string[] expected) => ReadUntil(ReplyTimeout, expected);

    /// <summary>Reads until the kernel holds one of these, or for a time.</summary>
    public string ReadUntil(TimeSpan bound, params string[] expected)
    {
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < bound)
        {
            // What a state ends with is soon listed; all of it is read when that fits.
            var objects = ObjectList();
            if (
                expected.Any(state => state.EndsWith(objects, StringComparison.Ordinal))
                && Read() is var read
                && expected.Contains(read, StringComparer.Ordinal)
            )
            {
                return read;
            }

            Thread.Sleep(4);
        }

        return Read();
    }

    /// <summary>Takes everything out of the kernel; what is left then, or nothing.</summary>
    public string Uninstall()
    {
        using (var adapter = Open(Reader))
        {
            var result = adapter.Execute(Planner.Uninstall(adapter.Observe(), adapter.ChainObjectDigest));
            if (!result.Success)
            {
                return $"uninstall: {result.Error}";
            }
        }

        var watch = Stopwatch.StartNew();
        while (true)
        {
            var left = string.Join(", ", PinNames().Concat(Objects()));
            if (left.Length == 0)
            {
                Seam.Track();
                _known = 0;
                return "";
            }

            if (watch.Elapsed > ReplyTimeout)
            {
                return $"left after uninstall: {left}";
            }

            Thread.Sleep(4);
        }
    }

    public void Dispose()
    {
        _ = Uninstall();
        Inner.Dispose();
        Web.Dispose();
        Data.Dispose();
    }

    private IEnumerable<string> PinNames() =>
        Directory.Exists(Pins)
            ? Directory
                .EnumerateFileSystemEntries(Pins, "*", SearchOption.AllDirectories)
                .Select(WithoutNumbers)
                .Prepend("/")
                .Order(StringComparer.Ordinal)
            : [];

    private string WithoutNumbers(string path) => Numbers().Replace(path[Pins.Length..], "#");

    /// <summary>Generations and the kernel's ids, which differ from run to run.</summary>
    [GeneratedRegex(
        "(?<=-g)[0-9]+|(?<=-)[0-9]+$",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex Numbers();

    /// <summary>Whether a line of a state is about kernel objects, and not about what the ledger or an observation shows.</summary>
    public static bool IsObject(string line) => line.Length > 0 && char.IsAsciiDigit(line[0]);

    /// <summary>Kind and name of the objects that a line is about.</summary>
    public static string NameOf(string line) => line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..];

    /// <summary>How many there are.</summary>
    public static int CountOf(string line) =>
        int.Parse(line.AsSpan(0, line.IndexOf(' ', StringComparison.Ordinal)), CultureInfo.InvariantCulture);

    private string ObjectList() =>
        string.Concat(
            Objects()
                .CountBy(name => name)
                .OrderBy(item => item.Key, StringComparer.Ordinal)
                .Select(item => $"{item.Value} {item.Key}\n")
        );

    private List<string> Objects()
    {
        var made = Seam.Made();
        _alive.AddRange(made[_known..]);
        _known = made.Length;
        var names = new List<string>();
        _alive.RemoveAll(item =>
        {
            var exists = Seam.Exists(item, out var name);
            if (exists)
            {
                names.Add($"{item.Kind} {name}");
            }

            return !exists; // its number does not come again
        });
        return names;
    }
}
