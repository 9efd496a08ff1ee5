using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Counts what a composition takes, so that one that cannot fit is given up early.</summary>
internal sealed class CompositionBudget
{
    // Prefixes looked at, whether or not they become rules: bounds the time where many policies share few rules.
    private const int MostEntries = 2_000_000;

    private int _entries;
    private int _rules;
    private int _profiles;

    /// <summary>What was too much, for a person; null while all is within bounds.</summary>
    public string? Exceeded { get; private set; }

    /// <summary>Takes entries to look at; false when it is too much.</summary>
    public bool TakeEntries(int count) => Take(ref _entries, count, MostEntries, "prefixes to combine");

    /// <summary>Takes a rule.</summary>
    public bool TakeRule() => Take(ref _rules, 1, PolicyLimits.Rules, "rules by prefix");

    /// <summary>Takes a profile.</summary>
    public bool TakeProfile() => Take(ref _profiles, 1, PolicyLimits.Profiles, "profiles");

    /// <summary>Takes the classes of users, or of interfaces, of one chain; false when it is too much.</summary>
    public bool TakeOrigins(int count, string what)
    {
        if (count > SocketOwnerClass.Most)
        {
            Exceeded ??= $"{SocketOwnerClass.Most} groups of {what} that are told apart in one scope";
        }

        return Exceeded is null;
    }

    private bool Take(ref int taken, int count, int limit, string what)
    {
        taken += count;
        if (taken > limit)
        {
            Exceeded ??= $"{limit} {what}";
        }

        return Exceeded is null;
    }
}
