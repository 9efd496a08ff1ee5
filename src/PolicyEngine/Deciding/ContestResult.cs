using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>How one feature of one policy fares in all chains.</summary>
internal sealed class ContestResult
{
    private readonly List<Contest> _lost = [];
    private readonly List<Contest> _won = [];
    private int _contests;

    /// <summary>Whether some connection gets the feature from this policy.</summary>
    public bool Wins { get; set; }

    /// <summary>Whether some chain has a slot for the feature.</summary>
    public bool IsAdmitted { get; set; }

    /// <summary>Whether somewhere more policies with a share meet than a connection can be drawn for, and this one is left out.</summary>
    public bool IsCrowded { get; set; }

    /// <summary>Scopes whose chain has no slot left for the feature.</summary>
    public List<string> FullScopes { get; } = [];

    /// <summary>Contests, the lost ones first.</summary>
    public IEnumerable<Contest> Contests => _lost.Concat(_won.Take(PolicyLimits.Contests - _lost.Count));

    /// <summary>Contests beyond <see cref="PolicyLimits.Contests"/>.</summary>
    public int Unlisted => Math.Max(0, _contests - PolicyLimits.Contests);

    /// <summary>New ones, by rank and feature of a scoped policy; those of one policy share them.</summary>
    public static ContestResult[][] Of(IReadOnlyCollection<ScopedPolicy> scopedPolicies)
    {
        var byPolicy = scopedPolicies
            .DistinctBy(scopedPolicy => scopedPolicy.Policy.Name, StringComparer.Ordinal)
            .ToDictionary(
                scopedPolicy => scopedPolicy.Policy.Name,
                scopedPolicy =>
                    Array.ConvertAll(new ContestResult[scopedPolicy.Features.Length], _ => new ContestResult()),
                StringComparer.Ordinal
            );
        return [.. scopedPolicies.Select(scopedPolicy => byPolicy[scopedPolicy.Policy.Name])];
    }

    /// <summary>Adds a contest to both sides; its text is made only where one of them lists it.</summary>
    public static void Record(ContestResult winner, ContestResult loser, Func<Contest> describe)
    {
        winner._contests++;
        loser._contests++;
        var winnerLists = winner._won.Count < PolicyLimits.Contests;
        var loserLists = loser._lost.Count < PolicyLimits.Contests;
        if (winnerLists || loserLists)
        {
            var contest = describe();
            if (winnerLists)
            {
                winner._won.Add(contest);
            }

            if (loserLists)
            {
                loser._lost.Add(contest);
            }
        }
    }
}
