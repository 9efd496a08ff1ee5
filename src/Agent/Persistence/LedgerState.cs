using System.Collections.Immutable;
using System.Text;

namespace NetEdit.Agent.Persistence;

/// <summary>What a ledger's agent remembers on disk. Each file is read when it is first asked for.</summary>
internal sealed class LedgerState
{
    private static readonly StateFile<KeptPolicies> PoliciesFile = new(
        "policies.json",
        "policies",
        64 << 20, // every character of a set may need an escape
        "should the policies be missing or invalid when the host starts, nothing is tuned until they are there again",
        StateJson.Default.KeptPolicies);

    private static readonly StateFile<KeptQuarantine> QuarantineFile = new(
        "quarantine.json",
        "quarantine",
        4 << 20,
        "what failed on this kernel is tried once more after a restart",
        StateJson.Default.KeptQuarantine);

    private static readonly StateFile<KeptPauses> PausesFile = new(
        "pauses.json",
        "pauses",
        64 << 10,
        "the pauses in the kernel count until it restarts, and none after that",
        StateJson.Default.KeptPauses);

    private readonly StateDirectory _directory;
    private readonly Lazy<Quarantine> _quarantine;
    private KeptPolicies? _policies;
    private ImmutableArray<(string File, ReadOnlyMemory<byte> Content)> _keptFiles;
    private ImmutableSortedSet<string>? _pauses;
    private bool _policiesRead;
    private bool _pausesRead;

    /// <summary>Reads nothing yet.</summary>
    /// <param name="directory">Where the files are.</param>
    /// <param name="kernel">Release and build of the kernel.</param>
    /// <param name="time">The clock.</param>
    public LedgerState(StateDirectory directory, string kernel, TimeProvider time)
    {
        _directory = directory;
        _quarantine = new Lazy<Quarantine>(() => new Quarantine(directory.Read(QuarantineFile)?.Entries ?? [], kernel, time));
    }

    /// <summary>Where it is kept.</summary>
    public string Path => _directory.Path;

    /// <summary>What was lost, or could not be written.</summary>
    public ImmutableArray<StateProblem> Problems => [.. _directory.Problems];

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

    /// <summary>What the operator paused; null when that is not known.</summary>
    public ImmutableSortedSet<string>? Pauses
    {
        get
        {
            if (!_pausesRead)
            {
                _pauses = _directory.Read(PausesFile)?.Targets.ToImmutableSortedSet(StringComparer.Ordinal);
                _pausesRead = true;
            }

            return _pauses;
        }
    }

    /// <summary>Keeps the policies that are in force, when they are not kept already.</summary>
    /// <param name="revision">Their revision.</param>
    /// <param name="at">When they came into force.</param>
    /// <param name="files">Their files, UTF-8.</param>
    /// <param name="labels">The labels of <c>host.yaml</c>.</param>
    public void Keep(string revision, DateTimeOffset at, ImmutableArray<(string File, ReadOnlyMemory<byte> Content)> files, ImmutableSortedDictionary<string, string> labels)
    {
        var known = Policies;
        var sameLabels = known is not null && known.Labels.SequenceEqual(labels);
        if (sameLabels && files == _keptFiles)
        {
            return;
        }

        var policies = new KeptPolicies(revision, at, [.. files.Select(file => new KeptFile(file.File, Encoding.UTF8.GetString(file.Content.Span)))], labels);
        var isKept = sameLabels && string.Equals(known!.Revision, revision, StringComparison.Ordinal) && known.Files.SequenceEqual(policies.Files);
        if (isKept || _directory.Write(PoliciesFile, policies) is null)
        {
            _policies = isKept ? known : policies;
            _keptFiles = files;
        }
    }

    /// <summary>Keeps what is paused.</summary>
    /// <returns>Why it could not be kept; null when it was.</returns>
    public string? Keep(ImmutableSortedSet<string> pauses)
    {
        _pauses = pauses;
        _pausesRead = true;
        var error = _directory.Write(PausesFile, new KeptPauses([.. pauses]));
        if (error is not null)
        {
            // Better none than those of before: then the kernel's are taken over.
            _directory.Discard(PausesFile.Name);
        }

        return error;
    }

    /// <summary>Keeps the quarantine as it is now.</summary>
    public void SaveQuarantine() => _directory.Write(QuarantineFile, new KeptQuarantine(Quarantine.Entries));

    /// <summary>Forgets everything, here and on disk.</summary>
    public void Clear()
    {
        _ = Quarantine.Release(null);
        (_policies, _pauses, _policiesRead, _pausesRead) = (null, null, true, true);
        _directory.RemoveAll(PoliciesFile.Name, QuarantineFile.Name, PausesFile.Name);
    }
}
