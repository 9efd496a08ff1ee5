namespace NetEdit.Effects.Guest;

/// <summary>One of the things that are compared.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Enter">Puts it in force.</param>
/// <param name="Leave">Takes it back.</param>
internal sealed record Arm(string Name, Action Enter, Action Leave)
{
    /// <summary>The kernel as it is.</summary>
    public static Arm Off { get; } = new("off", () => { }, () => { });

    /// <summary>A policy of ours.</summary>
    public static Arm Ours(Tuning tuning, string policy) =>
        new("ours", () => tuning.Apply(policy), () => tuning.Remove(policy));
}
