using System.Globalization;
using NetEdit.Model;

namespace NetEdit.Agent.Reconciliation;

/// <summary>An action in words.</summary>
/// <param name="Sign"><c>+</c> comes, <c>~</c> changes, <c>-</c> goes.</param>
/// <param name="Verb">What is done.</param>
/// <param name="Object">Kind of object.</param>
/// <param name="Target">Which one.</param>
/// <param name="Detail">What it holds.</param>
/// <param name="Why">Why.</param>
internal sealed record PlanLine(string Sign, string Verb, string Object, string Target, string Detail, string Why);

/// <summary>Puts plans into words.</summary>
internal static class PlanText
{
    /// <summary>An action in words.</summary>
    public static PlanLine Line(PlanAction action) => action switch
    {
        CreateSharedMaps => new("+", "create", "maps", "shared maps", "", action.Why),
        MovePin move => new("~", "move", "pin", move.From, move.To, action.Why),
        GrowTables grow => new("~", "grow", "maps", "shared maps", $"{ErrorText.Count(grow.Room.Profiles, "profile")}, {ErrorText.Count(grow.Room.Events, "event")}", action.Why),
        SetPauses pauses => new("~", pauses.Pauses.IsEmpty ? "resume" : "pause", "tuning", pauses.Pauses.IsEmpty ? "everything" : string.Join(", ", pauses.Pauses), "", action.Why),
        RestoreChainPin restore => new("~", "restore", "pin", restore.Scope, "", action.Why),
        RemoveFormerMaps former => new("-", "remove", "maps", former.Path, "", action.Why),
        RestoreSharedPins => new("~", "restore", "pins", "shared maps", "", action.Why),
        RegisterAlgorithm register => new(
            register.Replaces is null ? "+" : "~",
            register.Replaces is null ? "register" : "replace",
            "congestion-control",
            register.Algorithm.Program.Algorithm,
            $"{register.Algorithm.Feature} ({register.Algorithm.Variant})",
            action.Why),
        WriteProfile write => new(write.Replaces ? "~" : "+", "write", "profile", Profile(write.Profile.Id), Entries(write.Profile), action.Why),
        SwitchRules rules => new("~", "switch", "rules", $"{ErrorText.Count(rules.Rules.Prefixes.Length, "rule")}, {ErrorText.Count(rules.Rules.Ports.Length, "port range")}", rules.Rules.Digest, action.Why),
        AttachChain attach => new("+", "attach", "chain", attach.Chain.Scope, Stages(attach.Chain), action.Why),
        UpdateChain update => new("~", "update", "chain", update.Chain.Scope, Stages(update.Chain), action.Why),
        DetachChain detach => new("-", "detach", "chain", detach.Scope, "", action.Why),
        AttachProgram attach => new("+", "attach", "program", attach.Attachment.Key.ToString(), $"{attach.Attachment.Feature} ({attach.Attachment.Variant})", action.Why),
        UpdateProgram update => new("~", "update", "program", update.Attachment.Key.ToString(), $"{update.Attachment.Feature} ({update.Attachment.Variant})", action.Why),
        WriteParameters write => new("~", "write", "parameters", write.Attachment.Key.ToString(), $"by {write.Attachment.Policy}", action.Why),
        PauseProgram pause => new("~", pause.Paused ? "pause" : "resume", "program", pause.Key.ToString(), "", action.Why),
        DetachProgram detach => new("-", "detach", "program", detach.Key.ToString(), "", action.Why),
        SetSysctl set => new("~", set.Paused ? "pause" : "set", "sysctl", set.Paused ? set.Sysctl.Key.Name : $"{set.Sysctl.Key.Name} = {set.Sysctl.Value}", $"by {set.Sysctl.Policy}", action.Why),
        RestoreSysctl restore => new("-", "restore", "sysctl", $"{restore.Key.Name} = {restore.Original}", "", action.Why),
        ForgetSysctl forget => new("-", "forget", "sysctl", forget.Key.Name, "", action.Why),
        DeleteProfile delete => new("-", "delete", "profile", Profile(delete.Id), "", action.Why),
        UnregisterAlgorithm unregister => new("-", "unregister", "congestion-control", unregister.Algorithm, "", action.Why),
        TuneSockets tune => new("~", "tune", "sockets", tune.Chain.Scope, "", action.Why),
        ReleaseSockets release => new("-", "release", "sockets", release.Scope, release.Successor is null ? "" : $"to {release.Successor.Scope}", action.Why),
        RemoveOrphan orphan => new("-", "remove", "orphan", orphan.Path, "", action.Why),
        RemoveSharedMaps => new("-", "remove", "maps", "shared maps", "", action.Why),
        _ => new("?", action.GetType().Name, "", "", "", action.Why),
    };

    private static string Profile(ulong id) => id.ToString("x16", CultureInfo.InvariantCulture);

    private static string Entries(DesiredProfile profile) => string.Join(", ", profile.Entries.Select(entry => $"{entry.Feature} by {entry.Policy}"));

    private static string Stages(DesiredChain chain) => string.Join(", ", chain.Stages.Select(stage => $"{stage.Feature} ({stage.Variant})"));
}
