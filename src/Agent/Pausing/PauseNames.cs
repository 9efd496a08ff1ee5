using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Pausing;

/// <summary>Finds out what a user means to pause or resume. Pure.</summary>
internal static class PauseNames
{
    private const string FeatureWord = "feature";
    private const string PolicyWord = "policy";

    /// <summary>The target of what a user named.</summary>
    /// <param name="words">Nothing, <c>all</c>, a name, <c>feature NAME</c>, <c>policy NAME</c>, or a target as <c>status</c> shows it.</param>
    /// <param name="features">The features there are.</param>
    /// <param name="policies">The policies there are.</param>
    /// <param name="paused">What is paused; its names are known too.</param>
    /// <param name="preferPaused">Whether a name that is both is the one that is paused: to resume.</param>
    /// <returns>A text of <see cref="PauseTarget"/>.</returns>
    /// <exception cref="CliException">It is unknown, or ambiguous.</exception>
    public static string Resolve(
        IReadOnlyList<string> words,
        IReadOnlyCollection<string> features,
        IReadOnlyCollection<string> policies,
        IReadOnlySet<string> paused,
        bool preferPaused
    )
    {
        if (words is [var only] && only.Split('/') is [FeatureWord or PolicyWord, _] parts)
        {
            words = parts;
        }

        switch (words)
        {
            case [] or ["all"] or [PauseTarget.Everything]:
                return PauseTarget.Everything;
            case [FeatureWord, var feature]:
                return IsKnown(PauseTarget.Feature(feature), feature, features, paused)
                    ? PauseTarget.Feature(feature)
                    : throw Unknown(FeatureWord, feature, features);
            case [PolicyWord, var policy]:
                return IsKnown(PauseTarget.Policy(policy), policy, policies, paused)
                    ? PauseTarget.Policy(policy)
                    : throw Unknown(PolicyWord, policy, policies);
            case [var name]:
                return Resolve(name, features, policies, paused, preferPaused);
            default:
                throw new CliException(
                    ExitCode.Usage,
                    $"'{string.Join(' ', words)}' is nothing to pause or resume; name a feature or a policy, "
                        + $"write 'feature NAME' or 'policy NAME', or nothing for everything"
                );
        }
    }

    private static string Resolve(
        string name,
        IReadOnlyCollection<string> features,
        IReadOnlyCollection<string> policies,
        IReadOnlySet<string> paused,
        bool preferPaused
    )
    {
        var (feature, policy) = (PauseTarget.Feature(name), PauseTarget.Policy(name));
        var (isFeature, isPolicy) = (IsKnown(feature, name, features, paused), IsKnown(policy, name, policies, paused));
        if (isFeature && isPolicy && preferPaused && paused.Contains(feature) != paused.Contains(policy))
        {
            isFeature = paused.Contains(feature);
            isPolicy = !isFeature;
        }

        return (isFeature, isPolicy) switch
        {
            (true, true) => throw new CliException(
                ExitCode.Failed,
                $"'{name}' is a feature and a policy; write 'feature {name}' or 'policy {name}'"
            ),
            (true, false) => feature,
            (false, true) => policy,
            _ => throw new CliException(
                ExitCode.Failed,
                $"no feature or policy is named '{name}'{Suggestion.For(name, features.Concat(policies))}"
            ),
        };
    }

    private static bool IsKnown(
        string target,
        string name,
        IReadOnlyCollection<string> names,
        IReadOnlySet<string> paused
    ) => paused.Contains(target) || names.Contains(name, StringComparer.Ordinal);

    private static CliException Unknown(string kind, string name, IReadOnlyCollection<string> names) =>
        new(ExitCode.Failed, $"no {kind} is named '{name}'{Suggestion.For(name, names)}");
}
