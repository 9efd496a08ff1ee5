using System.Globalization;

namespace NetEdit.TestKit;

/// <summary>Policies as an operator writes them.</summary>
public static class Yaml
{
    /// <summary>A policy.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cgroup">Its scope.</param>
    /// <param name="tuning">Its features, one a line.</param>
    /// <param name="priority">Its priority.</param>
    /// <param name="interfaces">Its interfaces, or none.</param>
    /// <param name="port">The server's port of its connections; 0 for all.</param>
    public static string Policy(
        string name,
        string cgroup,
        string tuning,
        int priority = 0,
        string? interfaces = null,
        int port = 0
    )
    {
        var features = string.Join('\n', tuning.Split('\n').Select(line => "    " + line));
        return string.Create(
                CultureInfo.InvariantCulture,
                $"""
                apiVersion: netedit/v1
                kind: TuningPolicy
                metadata:
                  name: {name}
                spec:
                  scope:
                    cgroup: {cgroup}{(interfaces is null ? "" : $"\n    interfaces: [{interfaces}]")}{(
                    port == 0 ? "" : $"\n  connections:\n    - ports: [{port}]"
                )}
                  priority: {priority}
                  tuning:

                """
            )
            + features
            + "\n";
    }
}
