using System.Collections.Immutable;
using NetEdit.Agent.Control;

namespace NetEdit.Agent.Cli.Output;

/// <summary>Writes features for a person.</summary>
internal static class FeatureText
{
    /// <summary>Whether the host supports a feature, in a word, and its colour.</summary>
    public static (string Word, Paint? Paint) Supported(FeatureInfo feature) =>
        feature.Variants.All(variant => variant.Supported is null) ? ("?", null)
        : feature.Variants.Any(variant => variant.Supported == true) ? ("yes", Paint.Good)
        : ("no", Paint.Warning);

    /// <summary>Whether the host supports a variant, and what it lacks.</summary>
    public static (string Words, Paint? Paint) Supported(VariantInfo variant) =>
        variant.Supported switch
        {
            true => ("yes", Paint.Good),
            false => ("no: lacks " + string.Join(", ", variant.Missing), Paint.Warning),
            null => ("?", null),
        };

    /// <summary>Writes one feature: its variants, its parameters, and the policies that name it.</summary>
    public static void Write(TextWriter output, FeatureDescription description, bool color)
    {
        var feature = description.Feature;
        output.WritePainted(color ? Paint.Strong : null, feature.Name);
        output.WriteLine($": {feature.Summary}");
        output.WriteLine();
        var variants = new Table("VARIANT", TableColumn.Detail("SUPPORTED"));
        foreach (var variant in feature.Variants)
        {
            var (words, paint) = Supported(variant);
            variants.Add(paint, variant.Name, words);
        }

        variants.Write(output, color, "  ");
        if (!feature.Parameters.IsEmpty)
        {
            output.WriteLine();
            Parameters([feature], withFeature: false).Write(output, color, "  ");
        }

        if (description.Policies is { } policies)
        {
            output.WriteLine();
            WritePolicies(output, policies, color);
        }
    }

    /// <summary>The parameters of features.</summary>
    public static Table Parameters(ImmutableArray<FeatureInfo> features, bool withFeature)
    {
        TableColumn[] headings = ["PARAMETER", "KIND", "FROM", "TO", "REQUIRED", TableColumn.Detail("SETS")];
        var table = new Table(withFeature ? ["FEATURE", .. headings] : headings);
        foreach (var feature in features)
        {
            foreach (var parameter in feature.Parameters)
            {
                string[] cells =
                [
                    parameter.Name,
                    parameter.Kind,
                    parameter.Minimum,
                    parameter.Maximum,
                    parameter.Required ? "yes" : "no",
                    parameter.Description,
                ];
                table.Add(withFeature ? [feature.Name, .. cells] : cells);
            }
        }

        return table;
    }

    private static void WritePolicies(TextWriter output, ImmutableArray<FeatureUser> policies, bool color)
    {
        var table = new Table("POLICY", "STATE", "VARIANT", TableColumn.Detail("VALUES"));
        foreach (var policy in policies)
        {
            table.Add(
                Render.StatePaint(policy.State),
                policy.Policy,
                policy.State.ToString(),
                policy.Variant ?? "",
                policy.Values
            );
        }

        if (table.IsEmpty)
        {
            output.WriteLine("  no policy names this feature");
        }

        table.Write(output, color, "  ");
    }
}
