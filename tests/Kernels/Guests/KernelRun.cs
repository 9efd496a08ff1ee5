using System.Diagnostics;

namespace NetEdit.Kernels;

/// <summary>What a guest was and found.</summary>
/// <param name="Kernel">The kernel.</param>
/// <param name="Configuration">Its configuration: <c>CONFIG_BPF=y</c>.</param>
/// <param name="Report">What the guest found; null when it gave no report.</param>
/// <param name="Failure">Why there is none.</param>
/// <param name="Elapsed">How long it took.</param>
internal sealed record KernelResult(KernelBuild Kernel, IReadOnlySet<string> Configuration, GuestReport? Report, string? Failure, TimeSpan Elapsed);

/// <summary>Boots kernels, two at a time.</summary>
internal sealed class KernelRun
{
    private const int AtOnce = 2;

    private readonly AptArchive _archive;
    private readonly string _image;
    private readonly Action<string> _progress;

    private KernelRun(AptArchive archive, string image, Action<string> progress) => (_archive, _image, _progress) = (archive, image, progress);

    /// <summary>The kernels that are to be run.</summary>
    public required IReadOnlyList<KernelBuild> Kernels { get; init; }

    /// <summary>Publishes what guests hold, and finds the kernels.</summary>
    /// <param name="wanted">Which, as in <see cref="KernelSelection.Variable"/>.</param>
    /// <param name="progress">Told a line now and then.</param>
    public static KernelRun Prepare(string? wanted, Action<string> progress)
    {
        var archive = AptArchive.Open(progress);
        var kernels = KernelSelection.Choose(wanted, archive.Kernels());
        progress("publishing the agent and the driver");
        Command.RunIn(Directories.Repository, "eng/publish-guest.sh");
        var image = Path.Combine(Directories.Artifacts, "base.cpio.gz");
        BaseImage.Write(image);
        return new KernelRun(archive, image, progress) { Kernels = kernels };
    }

    /// <summary>Runs a guest per kernel.</summary>
    public IReadOnlyList<KernelResult> Run()
    {
        var results = new KernelResult[Kernels.Count];
        Parallel.For(0, Kernels.Count, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, index => results[index] = Run(Kernels[index]));
        return results;
    }

    private KernelResult Run(KernelBuild kernel)
    {
        var watch = Stopwatch.StartNew();
        void Tell(string text) => _progress($"{kernel}: {text}");
        try
        {
            var files = Files(kernel, Tell);
            Tell("booting");
            watch.Restart();
            var report = Guest.Run(kernel, files, _image, Tell);
            return new KernelResult(kernel, files.Configuration, report, null, watch.Elapsed);
        }
        catch (InvalidOperationException failure)
        {
            Tell(failure.Message);
            return new KernelResult(kernel, new HashSet<string>(), null, failure.Message, watch.Elapsed);
        }
    }

    /* apt is no program to be run twice at once. */
    private KernelFiles Files(KernelBuild kernel, Action<string> progress)
    {
        lock (_archive)
        {
            return KernelFiles.Get(kernel, _archive, progress);
        }
    }
}
