using System.Globalization;
using NetEdit.Model;

namespace NetEdit.Adapter;

/// <summary>Actions in words, for progress and errors.</summary>
public static class ActionText
{
    /// <summary>What an action does: a clause such as <c>attach the chain of /web.slice (a, b)</c>.</summary>
    public static string Of(PlanAction action) => action switch
    {
        MovePin move => $"move the pin {move.From} to {move.To}",
        CreateSharedMaps => "create the shared maps",
        GrowTables grow => string.Create(CultureInfo.InvariantCulture, $"make room for {grow.Room.Profiles} profiles and {grow.Room.Events} events"),
        SetPauses { Pauses.IsEmpty: true } => "resume all tuning",
        SetPauses pauses => $"pause {string.Join(", ", pauses.Pauses)}",
        RestoreSharedPins => "pin the shared maps again",
        RegisterAlgorithm register => $"{(register.Replaces is null ? "register" : "replace")} the congestion control {register.Algorithm.Program.Algorithm}",
        WriteProfile write => $"{(write.Replaces ? "change" : "add")} the profile {Id(write.Profile.Id)} ({string.Join(", ", write.Profile.Entries.Select(entry => $"{entry.Feature} by {entry.Policy}"))})",
        SwitchRules rules => string.Create(CultureInfo.InvariantCulture, $"switch to {rules.Rules.Prefixes.Length} rules"),
        AttachChain attach => $"attach the chain of {attach.Chain.Scope} ({Stages(attach.Chain)})",
        UpdateChain update => $"replace the chain of {update.Chain.Scope} ({Stages(update.Chain)})",
        RestoreChainPin restore => $"pin the program of {restore.Scope} again",
        DetachChain detach => $"detach the chain of {detach.Scope}",
        AttachProgram attach => $"attach the program of {attach.Attachment.Key}",
        UpdateProgram update => $"replace the program of {update.Attachment.Key}",
        PauseProgram pause => $"{(pause.Paused ? "pause" : "resume")} the program of {pause.Key}",
        WriteParameters write => $"write the parameters of {write.Attachment.Key}",
        DetachProgram detach => $"detach the program of {detach.Key}",
        SetSysctl { Paused: true } set => $"pause {set.Sysctl.Key}",
        SetSysctl set => $"set {set.Sysctl.Key} to {set.Sysctl.Value}",
        RestoreSysctl restore => $"restore {restore.Key} to {restore.Original}",
        ForgetSysctl forget => $"forget {forget.Key}",
        DeleteProfile delete => $"delete the profile {Id(delete.Id)}",
        UnregisterAlgorithm unregister => $"unregister the congestion control {unregister.Algorithm}",
        TuneSockets tune => $"bring open connections of {tune.Chain.Scope} in line",
        ReleaseSockets { Successor: { } successor } release => $"hand open connections of {release.Scope} over to the chain of {successor.Scope}",
        ReleaseSockets release => $"take the tuning of open connections of {release.Scope} back",
        RemoveOrphan orphan => $"remove {orphan.Path}",
        RemoveFormerMaps former => $"carry over and remove the former maps {former.Path}",
        RemoveSharedMaps => "remove the shared maps",
        _ => action.GetType().Name,
    };

    private static string Id(ulong id) => id.ToString("x16", CultureInfo.InvariantCulture);

    private static string Stages(DesiredChain chain) => string.Join(", ", chain.Stages.Select(stage => stage.Feature));
}
