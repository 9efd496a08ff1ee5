using System.Text.Json.Nodes;

namespace NetEdit.TestKit;

/// <summary>Reads what verbs and the agent say of policies.</summary>
public static class StatusText
{
    /// <summary>State and reason code of a policy: <c>Waiting scope-absent</c>.</summary>
    public static string StateOf(this JsonNode report, string policy)
    {
        var found = report["policies"]!.AsArray().Single(candidate => (string?)candidate!["policy"] == policy)!;
        return $"{found["state"]} {found["reason"]!["code"]}";
    }

    /// <summary>State and first reason of a feature of a policy: <c>Active</c>, <c>Failed kernel-refused: could not …</c>.</summary>
    public static string FeatureOf(this JsonNode report, string policy, string feature)
    {
        var owner = report["policies"]!.AsArray().Single(candidate => (string?)candidate!["policy"] == policy)!;
        var found = owner["features"]!.AsArray().Single(candidate => (string?)candidate!["feature"] == feature)!;
        var reason = found["reasons"]!.AsArray().FirstOrDefault();
        return reason is null ? (string)found["state"]! : $"{found["state"]} {reason["code"]}: {reason["text"]}";
    }
}
