using System.Text.Json.Nodes;

namespace NetEdit.Agent.Settings;

/// <summary>Writes the JSON Schema of <c>netedit.yaml</c>. Pure.</summary>
internal static class SettingsSchema
{
    /// <summary>The schema.</summary>
    public static JsonObject Create()
    {
        var properties = new JsonObject();
        foreach (var setting in SettingCatalog.All)
        {
            properties[setting.Key] = Property(setting);
        }

        return new JsonObject
        {
            ["$schema"] = "https://json-schema.org/draft/2020-12/schema",
            ["title"] = "netedit.yaml: the options of NetEdit on a host",
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = properties,
        };
    }

    private static JsonObject Property(Setting setting)
    {
        var value = new JsonObject();
        if (setting.Words is ["false", "true"])
        {
            value["type"] = "boolean";
        }
        else
        {
            value["type"] = setting.Flag == "--audit-interval" ? new JsonArray("string", "integer") : "string";
            if (setting.Words.Length > 0)
            {
                value["enum"] = new JsonArray([.. setting.Words.Select(word => (JsonNode)word)]);
            }
        }

        var property = setting.IsList
            ? new JsonObject
            {
                ["oneOf"] = new JsonArray(value, new JsonObject { ["type"] = "array", ["items"] = value.DeepClone() }),
            }
            : value;
        property["description"] = setting.Description;
        return property;
    }
}
