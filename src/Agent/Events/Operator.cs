namespace NetEdit.Agent.Events;

/// <summary>Who runs this process.</summary>
internal static class Operator
{
    /// <summary>The user who called sudo or, without sudo, the one whose rights the process has.</summary>
    public static string Name() =>
        Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } user ? user : Environment.UserName;
}
