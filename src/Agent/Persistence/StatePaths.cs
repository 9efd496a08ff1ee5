namespace NetEdit.Agent.Persistence;

/// <summary>Where state files are, and which kernel they are for.</summary>
internal static class StatePaths
{
    /// <summary>The usual directory.</summary>
    public const string Default = "/var/lib/netedit";

    /// <summary>The directory of a ledger.</summary>
    /// <param name="directory">What was asked for; null for what systemd gives the service, or else the usual one.</param>
    /// <param name="ledger">Name of the ledger.</param>
    public static string Of(string? directory, string ledger) =>
        Path.Combine(Path.GetFullPath(directory ?? Given() ?? Default), ledger);

    /// <summary>Release and build of the running kernel.</summary>
    public static string Kernel() => $"{Read("/proc/sys/kernel/osrelease")} {Read("/proc/sys/kernel/version")}";

    /// <summary>The first of the directories systemd made for the service (<c>StateDirectory=</c>).</summary>
    private static string? Given() =>
        Environment
            .GetEnvironmentVariable("STATE_DIRECTORY")
            ?.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .FirstOrDefault();

    private static string Read(string path) => File.ReadAllText(path).Trim();
}
