using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetEdit.Features;
using NetEdit.Model;
using static NetEdit.PolicyEngine.SchemaNodes;

namespace NetEdit.PolicyEngine;

/// <summary>The published JSON Schema of a policy.</summary>
public static class PolicySchema
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The schema (draft 2020-12) for the installed features, indented, ending in a newline.</summary>
    /// <param name="catalog">The installed features; all are loaded.</param>
    public static string Create(IFeatureCatalog catalog)
    {
        var schema = Object(
            "A policy of NetEdit: which connections of which hosts get which tuning",
            ["apiVersion", "kind", "metadata", "spec"],
            new()
            {
                ["apiVersion"] = new JsonObject { ["const"] = PolicyDocument.ApiVersion },
                ["kind"] = new JsonObject { ["const"] = PolicyDocument.Kind },
                ["metadata"] = Object(
                    "The policy itself",
                    ["name"],
                    new()
                    {
                        ["name"] = Text("Unique in the set", "^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"),
                        ["labels"] = Labels("Labels of the policy"),
                    }
                ),
                ["spec"] = Object(
                    "What the policy does",
                    ["tuning"],
                    new()
                    {
                        ["hosts"] = Hosts(),
                        ["scope"] = Object(
                            "Where on the host; omitted: the whole host",
                            [],
                            new()
                            {
                                ["cgroup"] = new JsonObject
                                {
                                    ["type"] = "string",
                                    ["description"] =
                                        "Path below the cgroup v2 mount, without . and .. and with no slash "
                                        + "at the end, at most 511 bytes",
                                    ["pattern"] = "^/",
                                    ["maxLength"] = CgroupPath.MostBytes,
                                },
                                ["unit"] = Text(
                                    "A systemd unit instead of a cgroup: its own, wherever that is, also "
                                        + "when it comes later",
                                    "^" + PolicyDocument.UnitForm + "$"
                                ),
                                ["container"] = ContainerSchema.Create(),
                                ["interfaces"] = List(
                                    "Interfaces, for features that run at interfaces; omitted: none",
                                    Text("A name, which may end in *", InterfaceReader.Form + "$"),
                                    atLeast: 1
                                ),
                            }
                        ),
                        ["connections"] = Connections(),
                        ["priority"] = new JsonObject
                        {
                            ["type"] = "integer",
                            ["description"] = "Higher wins",
                            ["default"] = 0,
                            ["minimum"] = -PolicyLimits.Priority,
                            ["maximum"] = PolicyLimits.Priority,
                        },
                        ["mode"] = new JsonObject
                        {
                            ["description"] = "observe: everything is decided and counted, nothing is set",
                            ["enum"] = new JsonArray(PolicyDocument.Enforce, PolicyDocument.Observe),
                            ["default"] = PolicyDocument.Enforce,
                        },
                        ["share"] = Text(
                            "The share of the matching connections it is for, drawn for each; the others are "
                                + "as without the policy. Omitted: all",
                            "^" + ShareText.Form + "$"
                        ),
                        ["measure"] = new JsonObject
                        {
                            ["type"] = "boolean",
                            ["description"] =
                                "Measure round trip, delivery rate, retransmissions and duration of its "
                                + "connections, of both arms of a share",
                            ["default"] = false,
                        },
                        ["until"] = Text("When it ends; omitted: never", "^" + PolicyDocument.UntilForm + "$"),
                        ["audit"] = Object(
                            "How its promises are compared with connections, besides those that are open",
                            ["probe"],
                            new()
                            {
                                ["probe"] = Text(
                                    "Address and port of a peer to which each audit opens a connection from "
                                        + "inside the scope, and closes it",
                                    "^" + ProbeReader.Form + "$"
                                ),
                            }
                        ),
                        ["tuning"] = Tuning(catalog),
                    }
                ),
            }
        );
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "NetEdit TuningPolicy");
        return schema.ToJsonString(Format) + "\n";
    }

    private static JsonObject Hosts() =>
        Object(
            "Which hosts; all conditions must hold. Omitted: every host",
            [],
            new()
            {
                ["labels"] = Labels("Labels the host must have with these values"),
                ["expressions"] = Expressions("Conditions on host labels", "The label"),
                ["kernel"] = Text(
                    "Comparisons that must all hold; as many parts are compared as are written: >=5.10 <7.0",
                    "^ *(>=|<=|>|<|=)[0-9]+(\\.[0-9]+){0,2}( +(>=|<=|>|<|=)[0-9]+(\\.[0-9]+){0,2})* *$"
                ),
            }
        );

    private static JsonObject Connections() =>
        List(
            "Which connections of the scope; one entry must match. Omitted: all",
            Object(
                "A set of connections",
                [],
                new()
                {
                    ["peers"] = List(
                        "Remote addresses; omitted: all",
                        Text("An IPv4 or IPv6 prefix, or an address", "^[0-9a-fA-F:.]+(/[0-9]{1,3})?$"),
                        atLeast: 1
                    ),
                    ["ports"] = List(
                        "The server's ports; omitted: all",
                        new JsonObject
                        {
                            ["description"] = "A port from 1 to 65535, or a range",
                            ["type"] = Types("integer", "string"),
                            ["minimum"] = 1,
                            ["maximum"] = ushort.MaxValue,
                            ["pattern"] = "^[0-9]{1,5}(-[0-9]{1,5})?$",
                        },
                        atLeast: 1
                    ),
                    ["users"] = List(
                        "Whose socket it is; omitted: everybody's",
                        new JsonObject
                        {
                            ["description"] = "A user's name or number",
                            ["type"] = Types("integer", "string"),
                            ["minimum"] = 0,
                            ["maximum"] = PolicyLimits.UserNumber,
                            ["pattern"] = ConnectionReader.UserForm + "$",
                        },
                        atLeast: 1
                    ),
                    ["interfaces"] = List(
                        "Interfaces by which its route may lead; omitted: all",
                        Text("A name, which may end in *", InterfaceReader.Form + "$"),
                        atLeast: 1
                    ),
                    ["direction"] = new JsonObject
                    {
                        ["description"] = "Who connects: this host (outbound) or the peer (inbound)",
                        ["enum"] = new JsonArray("outbound", "inbound", "both"),
                        ["default"] = "both",
                    },
                }
            ),
            atLeast: 1
        );

    private static JsonObject Tuning(IFeatureCatalog catalog)
    {
        var features = new JsonObject();
        foreach (var name in catalog.Names.Order(StringComparer.Ordinal))
        {
            if (catalog.Find(name) is { } feature)
            {
                features[name] = Feature(feature);
            }
        }

        // A feature that is not installed is no error: the others of its policy go on.
        return new JsonObject
        {
            ["type"] = "object",
            ["description"] = "Features and their parameters",
            ["minProperties"] = 1,
            ["properties"] = features,
            ["propertyNames"] = new JsonObject
            {
                ["pattern"] = "^[a-z0-9]+(-[a-z0-9]+)*$",
                ["maxLength"] = FeatureLimits.NameLength,
            },
            ["additionalProperties"] = new JsonObject { ["type"] = Types("object", "null") },
        };
    }

    private static JsonObject Feature(ITuningFeature feature)
    {
        var parameters = new JsonObject();
        foreach (var spec in feature.Parameters)
        {
            parameters[spec.Name] = Parameter(spec);
        }

        string[] required = [.. feature.Parameters.Where(spec => spec.Required).Select(spec => spec.Name)];
        var schema = Object(feature.Summary, required, parameters);
        if (required.Length == 0)
        {
            schema["type"] = Types("object", "null");
        }

        return schema;
    }

    private static JsonObject Parameter(ParameterSpec spec) =>
        spec.Kind switch
        {
            ParameterKind.Count => new JsonObject
            {
                ["type"] = "integer",
                ["description"] = Describe(spec, Quantity.Range(spec)),
                ["minimum"] = spec.Minimum,
                ["maximum"] = spec.Maximum,
            },
            ParameterKind.Text => new JsonObject
            {
                ["type"] = "string",
                ["description"] = spec.Description,
                ["minLength"] = spec.Minimum,
                ["maxLength"] = spec.Maximum,
            },
            ParameterKind.Choice => Choice(spec.Description, spec.Choices),
            _ => Text(Describe(spec, Quantity.Range(spec)), Quantity.Pattern(spec.Kind)),
        };

    private static string Describe(ParameterSpec spec, string range) => $"{spec.Description.TrimEnd('.')}; {range}";
}
