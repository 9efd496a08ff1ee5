using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.Agent.Persistence;

/// <summary>
/// What is not tried again: programs this kernel refused, and features that flap. An entry holds as long as kernel and digest are those
/// it was made for.
/// </summary>
internal sealed class Quarantine
{
    /// <summary>Most entries; beyond, the oldest goes and is tried again.</summary>
    public const int MostEntries = 256;

    private const int MostReasonCharacters = 4096;

    private readonly string _kernel;
    private readonly TimeProvider _time;

    /// <summary>Takes over entries; those of another kernel are dropped.</summary>
    public Quarantine(IEnumerable<QuarantineEntry> entries, string kernel, TimeProvider time)
    {
        _kernel = kernel;
        _time = time;
        Entries =
        [
            .. entries
                .Where(entry => string.Equals(entry.Kernel, kernel, StringComparison.Ordinal))
                .TakeLast(MostEntries),
        ];
    }

    /// <summary>The entries, oldest first.</summary>
    public ImmutableArray<QuarantineEntry> Entries { get; private set; }

    /// <summary>Adds a program the kernel refused.</summary>
    public void Add(Rejection rejection) =>
        Add(QuarantineCause.Refused, rejection.Feature, rejection.Variant, rejection.Digest, rejection.Reason, []);

    /// <summary>Adds a feature that flaps.</summary>
    /// <param name="feature">The feature.</param>
    /// <param name="basis">Digest of its programs and policies; see <see cref="ReleaseChanged"/>.</param>
    /// <param name="reason">What happened.</param>
    /// <param name="history">Each time.</param>
    public void Add(string feature, string basis, string reason, ImmutableArray<QuarantineEvent> history) =>
        Add(QuarantineCause.Flapping, feature, "", basis, reason, history);

    /// <summary>Takes entries out, so that they are tried again.</summary>
    /// <param name="feature">Of this feature; null for all.</param>
    /// <returns>Those taken out.</returns>
    public ImmutableArray<QuarantineEntry> Release(string? feature)
    {
        var released = Entries.RemoveAll(entry =>
            feature is not null && !string.Equals(entry.Feature, feature, StringComparison.Ordinal)
        );
        Entries = Entries.RemoveRange(released);
        return released;
    }

    /// <summary>Takes out what has changed since.</summary>
    /// <param name="digests">The digests a feature has now: of its objects, and its basis; null when that is not known.</param>
    /// <returns>Those taken out.</returns>
    public ImmutableArray<QuarantineEntry> ReleaseChanged(Func<QuarantineEntry, IReadOnlyCollection<string>?> digests)
    {
        var changed = Entries.RemoveAll(entry =>
            digests(entry) is not { } now || now.Contains(entry.Digest, StringComparer.Ordinal)
        );
        Entries = Entries.RemoveRange(changed);
        return changed;
    }

    /// <summary>The entries as the PolicyEngine takes them.</summary>
    /// <param name="catalog">The installed features.</param>
    /// <param name="named">The features that policies name; no other is loaded.</param>
    public IEnumerable<Rejection> Rejections(IFeatureCatalog catalog, IReadOnlySet<string> named)
    {
        foreach (var entry in Entries)
        {
            if (entry.Cause == QuarantineCause.Refused)
            {
                yield return new Rejection(entry.Feature, entry.Variant, entry.Digest, entry.Reason)
                {
                    Remembered = true,
                };
                continue;
            }

            // It may not be installed any more.
            foreach (var variant in named.Contains(entry.Feature) ? catalog.Find(entry.Feature)?.Variants ?? [] : [])
            {
                yield return new Rejection(
                    entry.Feature,
                    variant.Name,
                    variant.Programs.FirstOrDefault()?.Object.Digest ?? "",
                    entry.Reason
                )
                {
                    Remembered = true,
                };
            }
        }
    }

    private void Add(
        QuarantineCause cause,
        string feature,
        string variant,
        string digest,
        string reason,
        ImmutableArray<QuarantineEvent> history
    )
    {
        if (
            Entries.Any(entry =>
                entry.Cause == cause && entry.Feature == feature && entry.Variant == variant && entry.Digest == digest
            )
        )
        {
            return;
        }

        var entry = new QuarantineEntry(
            cause,
            feature,
            variant,
            digest,
            _kernel,
            reason.Length <= MostReasonCharacters ? reason : reason[..MostReasonCharacters] + "...",
            _time.GetUtcNow(),
            history
        );
        Entries = [.. Entries.TakeLast(MostEntries - 1), entry];
    }
}
