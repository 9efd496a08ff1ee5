namespace NetEdit.Model;

/// <summary>
/// The targets that the kill switch can pause, as texts that the kernel keeps: <c>everything</c>, <c>feature/NAME</c>
/// or <c>policy/NAME</c>.
/// </summary>
public static class PauseTarget
{
    /// <summary>The target that stands for all tuning.</summary>
    public const string Everything = "everything";

    /// <summary>
    /// Greatest number of targets, besides <see cref="Everything"/>, that may be paused at once
    /// (<c>NETEDIT_PAUSES</c>).
    /// </summary>
    public const int Most = 16;

    private const string FeaturePrefix = "feature/";
    private const string PolicyPrefix = "policy/";

    /// <summary>Returns the target for a feature, whichever policy asks for the feature.</summary>
    public static string Feature(string name) => FeaturePrefix + name;

    /// <summary>Returns whether a feature of a policy is paused.</summary>
    /// <param name="pauses">The targets that are paused.</param>
    /// <param name="feature">Name of the feature.</param>
    /// <param name="policy">Name of the policy.</param>
    public static bool IsPaused(IReadOnlySet<string> pauses, string feature, string policy) =>
        pauses.Contains(Everything) || pauses.Contains(Feature(feature)) || pauses.Contains(Policy(policy));

    /// <summary>Returns the target for everything that a policy gives.</summary>
    public static string Policy(string name) => PolicyPrefix + name;
}
