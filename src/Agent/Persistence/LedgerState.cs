using System.Collections.Immutable;
using System.Text;
using NetEdit.Agent.Events;

namespace NetEdit.Agent.Persistence;

/// <summary>What a ledger's agent remembers on disk. Each file is read when it is first asked for.</summary>
internal sealed class LedgerState
{
    internal static readonly StateFile<KeptPolicies> PoliciesFile = new(
        "policies.json",
        "policies",
        64 << 20, // every character of a set may need an escape
        "should the policies be missing or invalid when the host starts, nothing is tuned until they are there again",
        StateJson.Default.KeptPolicies
    );

    private static readonly StateFile<KeptQuarantine> QuarantineFile = new(
        "quarantine.json",
        "quarantine",
        4 << 20,
        "what failed on this kernel is tried once more after a restart",
        StateJson.Default.KeptQuarantine
    );

    private static readonly StateFile<KeptPauses> PausesFile = new(
        "pauses.json",
        "pauses",
        64 << 10,
        "the pauses count until this host restarts, and none after that",
        StateJson.Default.KeptPauses
    );

    private readonly StateDirectory _directory;
    private readonly StateDirectory _runtime;
    private readonly StateFile<KeptPauses> _pausesNow;
    private readonly Lazy<Quarantine> _quarantine;
    private KeptPolicies? _policies;
    private ImmutableArray<(string File, ReadOnlyMemory<byte> Content)> _keptFiles;
    private bool _policiesRead;

    /// <summary>Reads nothing yet.</summary>
    /// <param name="directory">Where the files are that outlive a reboot.</param>
    /// <param name="runtime">Where those are that do not.</param>
    /// <param name="ledger">Name of the ledger.</param>
    /// <param name="kernel">Release and build of the kernel.</param>
    /// <param name="time">The clock.</param>
    public LedgerState(
        StateDirectory directory,
        StateDirectory runtime,
        string ledger,
        string kernel,
        TimeProvider time
    )
    {
        _directory = directory;
        _runtime = runtime;
        _pausesNow = PausesFile with
        {
            Name = ledger + ".pauses.json",
            Loss = "the pauses in the state directory, or else in the kernel, count",
        };
        _quarantine = new Lazy<Quarantine>(() =>
            new Quarantine(directory.Read(QuarantineFile)?.Entries ?? [], kernel, time)
        );
    }

    /// <summary>Where it is kept.</summary>
    public string Path => _directory.Path;

    /// <summary>What was lost, or could not be written.</summary>
    public ImmutableArray<StateProblem> Problems => [.. _directory.Problems, .. _runtime.Problems];

    /// <summary>What is not tried again; <see cref="SaveQuarantine"/> after a change.</summary>
    public Quarantine Quarantine => _quarantine.Value;

    /// <summary>The last good policies, or null.</summary>
    public KeptPolicies? Policies
    {
        get
        {
            if (!_policiesRead)
            {
                _policies = _directory.Read(PoliciesFile);
                _policiesRead = true;
            }

            return _policies;
        }
    }

    /// <summary>
    /// Reads what the operator paused; null when that is not known. It is read anew each time, since <c>netedit pause</c> writes it
    /// beside a running agent: below <c>/run</c>, which needs no disk, and in the state directory for the time after a reboot.
    /// </summary>
    public ImmutableSortedSet<string>? ReadPauses() =>
        Targets(_runtime.Read(_pausesNow) ?? _directory.Read(PausesFile));

    /// <summary>Changes whenever the operator pauses or resumes something.</summary>
    public DateTime PausesChangedAt => _runtime.LastWrite(_pausesNow.Name);

    /// <summary>Keeps the policies that are in force, when they are not kept already.</summary>
    /// <param name="revision">Their revision.</param>
    /// <param name="at">When they came into force.</param>
    /// <param name="files">Their files, UTF-8.</param>
    /// <param name="labels">The labels of <c>host.yaml</c>.</param>
    /// <param name="names">The names of the policies, and of the features that they name.</param>
    public void Keep(
        string revision,
        DateTimeOffset at,
        ImmutableArray<(string File, ReadOnlyMemory<byte> Content)> files,
        ImmutableSortedDictionary<string, string> labels,
        (ImmutableArray<string> Policies, ImmutableArray<string> Features) names
    )
    {
        var known = Policies;
        var sameLabels = known is not null && known.Labels.SequenceEqual(labels);
        if (sameLabels && files == _keptFiles)
        {
            return;
        }

        var policies = new KeptPolicies(
            revision,
            at,
            [.. files.Select(file => new KeptFile(file.File, Encoding.UTF8.GetString(file.Content.Span)))],
            labels
        )
        {
            PolicyNames = names.Policies,
            FeatureNames = names.Features,
        };
        var isKept =
            sameLabels
            && string.Equals(known!.Revision, revision, StringComparison.Ordinal)
            && known.Files.SequenceEqual(policies.Files);
        if (isKept || _directory.Write(PoliciesFile, policies) is null)
        {
            _policies = isKept ? known : policies;
            _keptFiles = files;
        }
    }

    /// <summary>Keeps what is paused until this host restarts.</summary>
    /// <returns>Why it could not be kept; null when it was.</returns>
    public string? KeepUntilRestart(ImmutableSortedSet<string> pauses) => Keep(_runtime, _pausesNow, pauses);

    /// <summary>Keeps what is paused for the time after a restart of this host, when it is not kept already.</summary>
    /// <returns>Why it could not be kept; null when it was.</returns>
    public string? KeepForGood(ImmutableSortedSet<string> pauses) =>
        Targets(_directory.Read(PausesFile)) is { } kept && kept.SetEquals(pauses)
            ? null
            : Keep(_directory, PausesFile, pauses);

    /// <summary>Keeps the quarantine as it is now.</summary>
    public void SaveQuarantine() => _directory.Write(QuarantineFile, new KeptQuarantine(Quarantine.Entries));

    /// <summary>Forgets everything, here and on disk.</summary>
    public void Clear()
    {
        _ = Quarantine.Release(null);
        (_policies, _policiesRead) = (null, true);
        _directory.RemoveAll(
            PoliciesFile.Name,
            QuarantineFile.Name,
            PausesFile.Name,
            EventFile.Name,
            EventFile.FormerName
        );
        _runtime.RemoveAll(_pausesNow.Name);
    }

    private static string? Keep(StateDirectory directory, StateFile<KeptPauses> file, ImmutableSortedSet<string> pauses)
    {
        var error = directory.Write(file, new KeptPauses([.. pauses]));
        if (error is not null)
        {
            // Better none than those of before.
            directory.Discard(file.Name);
        }

        return error;
    }

    private static ImmutableSortedSet<string>? Targets(KeptPauses? pauses) =>
        pauses?.Targets.ToImmutableSortedSet(StringComparer.Ordinal);
}
