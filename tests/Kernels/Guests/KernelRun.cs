using System.Collections.Immutable;
using System.Diagnostics;

namespace NetEdit.Kernels;

/// <summary>What a guest was and found.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="Configuration">Its configuration: <c>CONFIG_BPF=y</c>.</param>
/// <param name="Report">What the guest found; null when it gave no report.</param>
/// <param name="Failure">Why there is none.</param>
/// <param name="Elapsed">How long it took.</param>
internal sealed record KernelResult(
    KernelBuild Kernel,
    IReadOnlySet<string> Configuration,
    GuestReport? Report,
    string? Failure,
    TimeSpan Elapsed
);

/// <summary>Boots kernels, two at a time, and runs the same on this machine's.</summary>
internal sealed class KernelRun : IDisposable
{
    /// <summary>What the checks are told to try features in pairs, too.</summary>
    private const string InPairs = "pairs";

    private static readonly GuestProgram Checks = new("kernels", "tests/Kernels.Guest", "netedit-guest.dll")
    {
        Modules = ["veth", "sch_ingress", "cls_bpf"],
    };

    private readonly IReadOnlyDictionary<KernelBuild, KernelFiles> _files;
    private readonly ImmutableArray<string> _arguments;
    private readonly Action<string> _progress;
    private readonly SemaphoreSlim _places = new(2);

    private KernelRun(
        IReadOnlyDictionary<KernelBuild, KernelFiles> files,
        IReadOnlyList<KernelBuild> kernels,
        string? wanted,
        Action<string> progress
    )
    {
        (_files, Kernels, _progress) = (files, kernels, progress);
        _arguments = KernelSelection.InPairs(wanted) ? [InPairs] : [];
    }

    /// <summary>The kernels to be run.</summary>
    public IReadOnlyList<KernelBuild> Kernels { get; }

    /// <summary>Finds the kernels, and downloads those that are not in the cache.</summary>
    /// <param name="wanted">Which, as in <see cref="KernelSelection.Variable"/>.</param>
    /// <param name="progress">Told a line now and then.</param>
    public static KernelRun Find(string? wanted, Action<string> progress)
    {
        if (wanted == HostRun.Name)
        {
            return new KernelRun(new Dictionary<KernelBuild, KernelFiles>(), [KernelBuild.Host], wanted, progress);
        }

        var archive = AptArchive.Open(progress);
        var files = new Dictionary<KernelBuild, KernelFiles>();
        var kernels = KernelSelection.Choose(
            wanted,
            archive.Kernels(),
            [.. MatrixPage.Read(Directories.MatrixPage).Columns.Keys],
            kernel =>
            {
                var found = KernelFiles.TryGet(kernel, Checks.Modules, archive, text => progress($"{kernel}: {text}"));
                if (found is not null)
                {
                    files[kernel] = found;
                }

                return found is not null;
            }
        );
        return new KernelRun(
            files,
            KernelSelection.WithHost(wanted) ? [.. kernels.Append(KernelBuild.Host).Order()] : kernels,
            wanted,
            progress
        );
    }

    /// <summary>The last report of each kernel that was run in this checkout.</summary>
    public static IEnumerable<KernelResult> LastResults() =>
        from directory in Directory.GetDirectories(Path.Combine(Checks.Artifacts, "guests"))
        let report = Path.Combine(directory, Guest.Report)
        where File.Exists(report) && new FileInfo(report).Length > 0
        let kernel = Path.GetFileName(directory) == HostRun.Name
            ? KernelBuild.Host
            : KernelBuild.TryParse(Path.GetFileName(directory))
        where kernel is not null
        select new KernelResult(
            kernel,
            ImmutableHashSet<string>.Empty,
            GuestReport.Parse(File.ReadAllText(report)),
            null,
            default
        );

    /// <summary>Publishes what guests hold, and starts them; a task per kernel, in their order.</summary>
    public IReadOnlyList<Task<KernelResult>> Start()
    {
        _progress($"{string.Join(", ", Kernels)}: publishing the agent and the driver");
        Checks.Prepare();
        return [.. Kernels.Select(kernel => Task.Run(() => RunAsync(kernel)))];
    }

    public void Dispose() => _places.Dispose();

    private async Task<KernelResult> RunAsync(KernelBuild kernel)
    {
        if (kernel.IsHost)
        {
            return Run(kernel); // it waits for the tests that have the kernel to themselves, and keeps no guest waiting
        }

        await _places.WaitAsync().ConfigureAwait(false);
        try
        {
            return Run(kernel);
        }
        finally
        {
            _places.Release();
        }
    }

    private KernelResult Run(KernelBuild kernel)
    {
        var watch = Stopwatch.StartNew();
        void Tell(string text) => _progress($"{kernel}: {text}");
        try
        {
            if (kernel.IsHost)
            {
                return new KernelResult(
                    kernel,
                    HostRun.Configuration,
                    GuestReport.Parse(HostRun.Run(Checks, _arguments, Tell)),
                    null,
                    watch.Elapsed
                );
            }

            var files = _files[kernel];
            var report = GuestReport.Parse(Guest.Run(Checks, _arguments, kernel, files, Tell));
            return new KernelResult(kernel, files.Configuration, report, null, watch.Elapsed);
        }
        catch (InvalidOperationException failure)
        {
            Tell(failure.Message);
            return new KernelResult(kernel, ImmutableHashSet<string>.Empty, null, failure.Message, watch.Elapsed);
        }
    }
}
