namespace NetEdit.Model;

/// <summary>What the kill switch can switch off, as the text that the kernel keeps: <c>everything</c>, <c>feature/NAME</c> or <c>policy/NAME</c>.</summary>
public static class PauseTarget
{
    /// <summary>All tuning.</summary>
    public const string Everything = "everything";

    /// <summary>Targets beside <see cref="Everything"/> that may be paused at once (<c>NETEDIT_PAUSES</c>).</summary>
    public const int Most = 16;

    private const string FeaturePrefix = "feature/";
    private const string PolicyPrefix = "policy/";

    /// <summary>What a feature gives, whichever policy asks for it.</summary>
    public static string Feature(string name) => FeaturePrefix + name;

    /// <summary>Whether what a policy gives by a feature is switched off.</summary>
    /// <param name="pauses">Targets that are paused.</param>
    /// <param name="feature">The feature.</param>
    /// <param name="policy">The policy.</param>
    public static bool IsPaused(IReadOnlySet<string> pauses, string feature, string policy) =>
        pauses.Contains(Everything) || pauses.Contains(Feature(feature)) || pauses.Contains(Policy(policy));

    /// <summary>What a policy gives.</summary>
    public static string Policy(string name) => PolicyPrefix + name;
}
