using System.Text.Json.Nodes;
using NetEdit.Agent.Tests.Docs;

namespace NetEdit.Agent.Tests.Metrics;

/// <summary>An alert of <c>packaging/prometheus/netedit.rules.yml</c>.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Expression">The query.</param>
/// <param name="Labels">Its labels.</param>
/// <param name="Annotations">Its annotations.</param>
internal sealed record AlertRule(string Name, string Expression, JsonObject Labels, JsonObject Annotations);

/// <summary>The alert rules that are shipped.</summary>
internal static class AlertRules
{
    public static string File { get; } = Path.Combine(Repository.Root, "packaging/prometheus/netedit.rules.yml");

    /// <summary>Their tests, for promtool.</summary>
    public static string Tests { get; } = Path.Combine(Repository.Root, "packaging/prometheus/netedit.rules.test.yml");

    /// <summary>Reads all of them.</summary>
    public static IReadOnlyList<AlertRule> Read() =>
        [
            .. YamlJson.Convert(System.IO.File.ReadAllText(File)).Single()!["groups"]!
                .AsArray()
                .SelectMany(group => group!["rules"]!.AsArray())
                .Select(rule => new AlertRule(
                    (string)rule!["alert"]!,
                    (string)rule["expr"]!,
                    rule["labels"]!.AsObject(),
                    rule["annotations"]!.AsObject()
                )),
        ];
}
