using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Makes the nodes that a JSON Schema consists of.</summary>
internal static class SchemaNodes
{
    /* Without quotes, some texts of YAML are numbers or truth values for whoever makes JSON of it, and the texts they are for the reader. */
    private static readonly (string Text, string Type)[] LooksLike =
    [
        ("100", "integer"),
        ("1.5", "number"),
        ("true", "boolean"),
    ];

    public static JsonObject Object(string description, string[] required, JsonObject properties)
    {
        var schema = new JsonObject { ["type"] = "object", ["description"] = description };
        if (required.Length > 0)
        {
            schema["required"] = new JsonArray([.. required.Select(name => JsonValue.Create(name))]);
        }

        schema["properties"] = properties;
        schema["additionalProperties"] = false;
        return schema;
    }

    public static JsonObject Choice(string description, IEnumerable<string> choices) =>
        new()
        {
            ["description"] = description,
            ["enum"] = new JsonArray([.. choices.Select(choice => JsonValue.Create(choice))]),
        };

    public static JsonObject Text(string description, string pattern)
    {
        string[] types = ["string", .. LooksLike.Where(other => Fits(other.Text)).Select(other => other.Type)];
        var schema = new JsonObject
        {
            ["type"] = types.Length == 1 ? types[0] : Types(types),
            ["description"] = description,
            ["pattern"] = pattern,
        };
        if (types.Length > 1 && !Fits("-5"))
        {
            schema["minimum"] = 0;
        }

        return schema;

        bool Fits(string text) => Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant, Timeout.InfiniteTimeSpan);
    }

    public static JsonObject Labels(string description) =>
        new()
        {
            ["type"] = "object",
            ["description"] = description,
            ["additionalProperties"] = new JsonObject { ["type"] = Types("string", "number", "boolean") },
        };

    public static JsonObject List(string description, JsonObject items, int atLeast = 0)
    {
        var schema = new JsonObject { ["type"] = "array", ["description"] = description };
        if (atLeast > 0)
        {
            schema["minItems"] = atLeast;
        }

        schema["items"] = items;
        return schema;
    }

    public static JsonObject Expressions(string description, string key) =>
        List(
            description,
            Object(
                "A condition",
                ["key", "operator"],
                new()
                {
                    ["key"] = new JsonObject { ["type"] = "string", ["description"] = key },
                    ["operator"] = new JsonObject
                    {
                        ["enum"] = new JsonArray([
                            .. Enum.GetNames<LabelOperator>().Select(name => JsonValue.Create(name)),
                        ]),
                    },
                    ["values"] = List(
                        "Values for In and NotIn",
                        new JsonObject { ["type"] = Types("string", "number", "boolean") }
                    ),
                }
            )
        );

    public static JsonArray Types(params string[] names) =>
        [.. names.Select(name => (JsonNode?)JsonValue.Create(name))];
}
