using System.Text.Json.Nodes;

namespace NetEdit.TestKit;

/// <summary>A line of the agent's log.</summary>
public sealed record LogEntry(string Line, JsonNode Json)
{
    public string Level => (string)Json["level"]!;

    public string Message => (string)Json["message"]!;

    /// <summary>Whether it tells of a change in the kernel.</summary>
    public bool IsAction => Json["target"] is not null && Json["why"] is not null;

    public string Field(string name) => (string?)Json[name] ?? "";
}
