using System.Runtime.CompilerServices;

namespace NetEdit.EndToEnd.Tests;

/// <summary>What is shipped is what is tested: every agent of these tests has the capabilities of <c>packaging/netedit.service</c>, and no others.</summary>
internal static class ServiceUnit
{
    private const string Bounding = "CapabilityBoundingSet=";

    /// <summary>Its capabilities, as setpriv names them.</summary>
    public static IReadOnlyList<string> Capabilities { get; } =
    [
        .. File.ReadLines(Path.Combine(Repository.Root, "packaging", "netedit.service"))
            .Single(line => line.StartsWith(Bounding, StringComparison.Ordinal))[Bounding.Length..]
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(name => name["CAP_".Length..].ToLowerInvariant()),
    ];

    [ModuleInitializer]
    internal static void Apply()
    {
        if (Environment.IsPrivilegedProcess)
        {
            AgentProcess.AsService = Wrapper(Capabilities);
        }
    }

    /// <summary>Runs a program with these capabilities, and no way to get others; a SIGHUP reaches it even when nohup(1) runs the tests.</summary>
    public static string[] Wrapper(IEnumerable<string> capabilities) =>
        [
            "env",
            "--default-signal=HUP",
            "setpriv",
            "--no-new-privs",
            "--inh-caps",
            "-all",
            "--bounding-set",
            $"-all,{string.Join(',', capabilities.Select(name => "+" + name))}",
        ];
}
