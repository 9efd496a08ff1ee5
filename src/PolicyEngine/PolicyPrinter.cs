using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Writes policies in one canonical form.</summary>
public static class PolicyPrinter
{
    /// <summary>A YAML document that reads back as the same policy. What has its default is left out.</summary>
    /// <param name="policy">The policy; its <see cref="Policy.Source"/> is not written.</param>
    /// <param name="catalog">The installed features, which know the units of their parameters.</param>
    public static string Print(Policy policy, IFeatureCatalog catalog)
    {
        var text = new StringBuilder()
            .Append("---\napiVersion: ")
            .Append(PolicyDocument.ApiVersion)
            .Append("\nkind: ")
            .Append(PolicyDocument.Kind)
            .Append("\nmetadata:\n  name: ")
            .Append(YamlText.Quote(policy.Name))
            .Append('\n');
        PrintLabels(text, "  ", policy.Labels);
        text.Append("spec:\n");
        PrintHosts(text, policy.Hosts);
        PrintScope(text, policy);
        PrintConnections(text, policy);
        if (policy.Priority != 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"  priority: {policy.Priority}\n");
        }

        if (policy.Observes)
        {
            text.Append("  mode: ").Append(PolicyDocument.Observe).Append('\n');
        }

        if (policy.Share is { } share)
        {
            text.Append("  share: ").Append(ShareText.Format(share)).Append('\n');
        }

        if (policy.Measures)
        {
            text.Append("  measure: true\n");
        }

        if (policy.Until is { } until)
        {
            text.Append(CultureInfo.InvariantCulture, $"  until: {until:yyyy-MM-ddTHH:mm:ssZ}\n");
        }

        if (policy.Probe is { } probe)
        {
            text.Append("  audit: { probe: ").Append(YamlText.Quote(probe.ToString())).Append(" }\n");
        }

        PrintTuning(text, policy, catalog);
        return text.ToString();
    }

    private static void PrintLabels(StringBuilder text, string indent, ImmutableSortedDictionary<string, string> labels)
    {
        if (labels.IsEmpty)
        {
            return;
        }

        text.Append(indent).Append("labels:\n");
        foreach (var (key, value) in labels)
        {
            text.Append(indent)
                .Append("  ")
                .Append(YamlText.Quote(key))
                .Append(": ")
                .Append(YamlText.Quote(value))
                .Append('\n');
        }
    }

    private static void PrintHosts(StringBuilder text, HostSelector hosts)
    {
        if (hosts.Labels.IsEmpty && hosts.Expressions.IsEmpty && hosts.Kernel is null)
        {
            return;
        }

        text.Append("  hosts:\n");
        PrintLabels(text, "    ", hosts.Labels);
        if (!hosts.Expressions.IsEmpty)
        {
            text.Append("    expressions:\n");
            foreach (var expression in hosts.Expressions)
            {
                text.Append("      - key: ")
                    .Append(YamlText.Quote(expression.Key))
                    .Append("\n        operator: ")
                    .Append(expression.Operator)
                    .Append('\n');
                if (!expression.Values.IsEmpty)
                {
                    text.Append("        values: [")
                        .AppendJoin(", ", expression.Values.Select(YamlText.Quote))
                        .Append("]\n");
                }
            }
        }

        if (hosts.Kernel is { } kernel)
        {
            text.Append("    kernel: ").Append(YamlText.Quote(kernel.Text)).Append('\n');
        }
    }

    private static void PrintScope(StringBuilder text, Policy policy)
    {
        if (policy.IsHostWide && policy.Interfaces.IsEmpty)
        {
            return;
        }

        text.Append("  scope:\n");
        if (policy.Unit is { } unit)
        {
            text.Append("    unit: ").Append(YamlText.Quote(unit)).Append('\n');
        }
        else if (policy.Container is { } container)
        {
            text.Append(CultureInfo.InvariantCulture, $"    container: {container}\n");
        }
        else if (!policy.IsHostWide)
        {
            text.Append("    cgroup: ").Append(YamlText.Quote(policy.Scopes[0])).Append('\n');
        }

        if (!policy.Interfaces.IsEmpty)
        {
            text.Append("    interfaces: [").AppendJoin(", ", policy.Interfaces.Select(YamlText.Quote)).Append("]\n");
        }
    }

    private static void PrintConnections(StringBuilder text, Policy policy)
    {
        if (policy.Connections.IsEmpty)
        {
            return;
        }

        text.Append("  connections:\n");
        foreach (var selector in policy.Connections)
        {
            text.Append("    - peers: [")
                .AppendJoin(", ", selector.Peers.Select(peer => YamlText.Quote(peer.ToString())))
                .Append("]\n");
            if (!selector.Ports.IsEmpty)
            {
                text.Append("      ports: [").AppendJoin(", ", selector.Ports.Select(PortText.Format)).Append("]\n");
            }

            PrintNames(text, "users", selector.Users);
            PrintNames(text, "interfaces", selector.Interfaces);
            text.Append("      direction: ")
                .Append(
                    selector.Directions.Length > 1 ? "both"
                    : selector.Directions[0] == Direction.Inbound ? "inbound"
                    : "outbound"
                )
                .Append('\n');
        }
    }

    private static void PrintNames(StringBuilder text, string key, ImmutableArray<string> names)
    {
        if (!names.IsEmpty)
        {
            text.Append("      ")
                .Append(key)
                .Append(": [")
                .AppendJoin(", ", names.Select(YamlText.Quote))
                .Append("]\n");
        }
    }

    private static void PrintTuning(StringBuilder text, Policy policy, IFeatureCatalog catalog)
    {
        text.Append("  tuning:\n");
        foreach (var (name, values) in policy.Tuning)
        {
            var written =
                values is not null && catalog.Find(name) is { } feature ? ValuesText.Format(feature, values) : "";
            text.Append("    ")
                .Append(YamlText.Quote(name))
                .Append(written.Length == 0 ? ": {}\n" : $": {{ {written} }}\n");
        }
    }
}
