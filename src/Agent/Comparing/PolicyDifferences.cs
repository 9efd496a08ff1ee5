using System.Collections.Immutable;
using NetEdit.Host;
using NetEdit.Model;
using NetEdit.PolicyEngine;
using YamlDotNet.RepresentationModel;

namespace NetEdit.Agent.Comparing;

/// <summary>What would change between two sets of policies.</summary>
/// <param name="FromRevision">Revision of the policies in force; null when none are known.</param>
/// <param name="ToRevision">Revision of the new policies.</param>
/// <param name="Policies">The policies that are new, change, or are removed, sorted by name.</param>
internal sealed record DiffReport(string? FromRevision, string ToRevision, ImmutableArray<PolicyDifference> Policies);

/// <summary>A policy that changes.</summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Sign"><c>+</c> for a new policy, <c>~</c> for a changed one, <c>-</c> for a removed one.</param>
/// <param name="Source">Where it was read, as <c>file:line</c>.</param>
/// <param name="Parameters">What changes in it.</param>
internal sealed record PolicyDifference(
    string Policy,
    string Sign,
    string Source,
    ImmutableArray<ParameterDifference> Parameters
);

/// <summary>A parameter that changes.</summary>
/// <param name="Path">The parameter, such as <c>spec.tuning.initial-cwnd.segments</c>.</param>
/// <param name="Before">The value before, as a policy writes it; null when it was omitted.</param>
/// <param name="After">The value afterwards; null when it is omitted.</param>
internal sealed record ParameterDifference(string Path, string? Before, string? After);

/// <summary>Compares two sets of policies by their canonical form, parameter by parameter. Pure.</summary>
/// <param name="catalog">The installed features, which know the units of their parameters.</param>
internal sealed class PolicyDifferences(IFeatureCatalog catalog)
{
    /// <summary>Compares.</summary>
    /// <param name="before">The policies in force; null when none are known.</param>
    /// <param name="after">The new policies.</param>
    public DiffReport Between(PolicySet? before, PolicySet after)
    {
        var old = (before?.Policies ?? []).ToDictionary(policy => policy.Name, StringComparer.Ordinal);
        var now = after.Policies.ToDictionary(policy => policy.Name, StringComparer.Ordinal);
        return new DiffReport(
            before?.Revision,
            after.Revision,
            [
                .. old
                    .Keys.Union(now.Keys, StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal)
                    .Select(name => Between(name, old.GetValueOrDefault(name), now.GetValueOrDefault(name)))
                    .Where(difference => difference.Sign != "~" || !difference.Parameters.IsEmpty),
            ]
        );
    }

    private PolicyDifference Between(string name, Policy? before, Policy? after)
    {
        var (old, now) = (Parameters(before), Parameters(after));
        return new PolicyDifference(
            name,
            before is null ? "+"
                : after is null ? "-"
                : "~",
            (after ?? before)!.Source,
            [
                .. old
                    .Keys.Union(now.Keys, StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal)
                    .Select(path => new ParameterDifference(
                        path,
                        old.GetValueOrDefault(path),
                        now.GetValueOrDefault(path)
                    ))
                    .Where(parameter => parameter.Before != parameter.After),
            ]
        );
    }

    private Dictionary<string, string> Parameters(Policy? policy)
    {
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        if (policy is not null)
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(PolicyPrinter.Print(policy, catalog)));
            var root = (YamlMappingNode)stream.Documents[0].RootNode;
            foreach (var part in (string[])["metadata", "spec"])
            {
                Add(parameters, part, root.Children[part]);
            }

            parameters.Remove("metadata.name");
        }

        return parameters;
    }

    private static void Add(Dictionary<string, string> parameters, string path, YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode { Children.Count: > 0 } mapping:
                foreach (var (key, value) in mapping.Children)
                {
                    Add(parameters, $"{path}.{key}", value);
                }

                break;
            case YamlSequenceNode list when list.Children.All(item => item is YamlScalarNode):
                parameters[path] = $"[{string.Join(", ", list.Children)}]";
                break;
            case YamlSequenceNode list:
                foreach (var (index, item) in list.Children.Index())
                {
                    Add(parameters, $"{path}[{index}]", item);
                }

                break;
            case YamlScalarNode scalar:
                parameters[path] = scalar.Value ?? "";
                break;
            default:
                parameters[path] = "{}";
                break;
        }
    }
}
