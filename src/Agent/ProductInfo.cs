using System.Reflection;

namespace NetEdit.Agent;

/// <summary>What this build is.</summary>
internal static class ProductInfo
{
    /// <summary>Version of the release.</summary>
    public static string Version { get; } = typeof(ProductInfo).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>Version with the commit it was built from, when the build knew it.</summary>
    public static string FullVersion { get; } =
        typeof(ProductInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? Version;
}
