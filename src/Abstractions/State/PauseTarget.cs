namespace NetEdit.State;

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

    /// <summary>What a policy gives.</summary>
    public static string Policy(string name) => PolicyPrefix + name;
}
