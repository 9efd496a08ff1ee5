using System.Globalization;

namespace NetEdit.Model;

/// <summary>Writes one profile. A changed value needs only this one map write.</summary>
/// <param name="Profile">The profile.</param>
/// <param name="Replaces">Whether the profile exists already, with another value.</param>
/// <param name="Why">The reason.</param>
public sealed record WriteProfile(DesiredProfile Profile, bool Replaces, string Why) : PlanAction(Why)
{
    /// <inheritdoc/>
    public override ActionPhase Phase => Replaces ? ActionPhase.ChangeProfiles : ActionPhase.AddProfiles;

    /// <inheritdoc/>
    public override ActionDescription Description =>
        new(
            Replaces ? '~' : '+',
            "write",
            "profile",
            ProfileText.Id(Profile.Id),
            string.Join(", ", Profile.Entries.Select(entry => $"{entry.Feature} by {entry.Policy}"))
        );
}

/// <summary>Deletes a profile that no rule refers to any more.</summary>
/// <param name="Id">Id of the profile.</param>
/// <param name="Why">The reason.</param>
public sealed record DeleteProfile(ulong Id, string Why) : PlanAction(Why)
{
    /// <inheritdoc/>
    public override ActionPhase Phase => ActionPhase.DeleteProfiles;

    /// <inheritdoc/>
    public override ActionDescription Description => ActionDescription.Remove("delete", "profile", ProfileText.Id(Id));

    /// <inheritdoc/>
    public override UndoRule Undo => UndoRule.Final;
}

/// <summary>Formats profiles for people.</summary>
internal static class ProfileText
{
    /// <summary>Formats the id of a profile as 16 hexadecimal digits.</summary>
    internal static string Id(ulong id) => id.ToString("x16", CultureInfo.InvariantCulture);
}
