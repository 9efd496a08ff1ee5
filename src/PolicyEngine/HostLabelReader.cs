using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Reads <c>host.yaml</c>, the labels of a host, as policies are read.</summary>
public static class HostLabelReader
{
    private const string Key = "labels";

    /// <summary>Labels of one host.</summary>
    public const int MostLabels = 256;

    /// <summary>How labels begin that are discovered and cannot be set.</summary>
    public const string Reserved = "netedit/";

    /// <summary>Reads the file: one document with a mapping <c>labels</c>, or nothing.</summary>
    /// <param name="file">Its name for messages.</param>
    /// <param name="content">Its bytes, in UTF-8.</param>
    /// <returns>The labels, or every error and no labels.</returns>
    public static (ImmutableSortedDictionary<string, string> Labels, ImmutableArray<PolicyError> Errors) Read(
        string file,
        ReadOnlyMemory<byte> content
    )
    {
        var errors = new FileErrors(file);
        var text = PolicyText.Decode(content, errors);
        var labels = text is null ? null : Read(YamlDocuments.Read(text, errors), errors);
        return errors.Count == 0 && labels is not null
            ? (labels, [])
            : (ImmutableSortedDictionary<string, string>.Empty, [.. errors.All]);
    }

    private static ImmutableSortedDictionary<string, string>? Read(List<YamlNode> documents, FileErrors errors)
    {
        if (documents.Count > 1)
        {
            errors.Add(documents[1], "only one document is allowed");
        }

        if (documents.Count == 0)
        {
            return ImmutableSortedDictionary<string, string>.Empty;
        }

        if (documents[0] is not YamlMap map)
        {
            errors.Add(documents[0], "must be a mapping with the key 'labels', as in labels: { role: web }");
            return null;
        }

        var fields = new Fields(map, "", [Key], errors);

        // 'labels:' alone is where somebody begins to write.
        var isBegun = map.Entries.Exists(entry => entry.Key.Text == Key && entry.Value.IsNull);
        return !isBegun && fields.Map(Key) is { } labels
            ? Check(labels, errors)
            : ImmutableSortedDictionary<string, string>.Empty;
    }

    private static ImmutableSortedDictionary<string, string> Check(YamlMap labels, FileErrors errors)
    {
        if (labels.Entries.Count > MostLabels)
        {
            errors.Add(labels.Entries[MostLabels].Key, $"more than {MostLabels} labels");
        }

        var keys = labels.Entries.Select(entry => entry.Key);
        foreach (var key in keys.Where(key => key.Text.StartsWith(Reserved, StringComparison.Ordinal)))
        {
            errors.Add(key, $"{Printable.Quote(key.Text)}: labels that begin with {Reserved} are discovered, not set");
        }

        return LabelReader.Read(labels, errors);
    }
}
