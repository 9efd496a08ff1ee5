namespace NetEdit.PolicyEngine;

/// <summary>A policy that matches some connections of a chain, and how well: that tells it from others of its group.</summary>
/// <param name="ScopedPolicy">Index of the policy in the chain; <see cref="None"/> for nobody.</param>
/// <param name="Length">Length of the matching prefix.</param>
/// <param name="Width">How narrow its ports are, as in <see cref="PrefixEntry"/>.</param>
/// <param name="Named">Whether users (2) and interfaces (1) are named; the sum.</param>
internal readonly record struct Match(int ScopedPolicy, int Length, int Width, int Named)
{
    /// <summary>The index of nobody.</summary>
    public const int None = -1;

    /// <summary>No policy matches.</summary>
    public static Match Nobody { get; } = new(None, 0, 0, 0);

    /// <summary>How narrow the users and interfaces of a selector are.</summary>
    public static int NamedBy(Model.ConnectionSelector selector) =>
        (selector.Users.IsEmpty ? 0 : 2) + (selector.Interfaces.IsEmpty ? 0 : 1);
}

/// <summary>The matches that some connection may go by, the strongest first: behind one that holds for all of them nothing counts.</summary>
/// <param name="First">The strongest.</param>
/// <param name="Next">The others; null when there are none.</param>
internal sealed record MatchList(Match First, MatchList? Next)
{
    /// <summary>The matches.</summary>
    public IEnumerable<Match> All
    {
        get
        {
            for (var list = this; list is not null; list = list.Next)
            {
                yield return list.First;
            }
        }
    }

    /// <summary>Finds the strongest that fulfils a condition; null when none does.</summary>
    public Match? Find(Func<Match, bool> predicate)
    {
        for (var list = this; list is not null; list = list.Next)
        {
            if (predicate(list.First))
            {
                return list.First;
            }
        }

        return null;
    }
}
