using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>A key that a file of settings may have.</summary>
/// <param name="Name">The key.</param>
/// <param name="IsList">Whether it takes a list; one value may then stand for a list of one.</param>
/// <param name="Problem">Says what is wrong with a value, as a clause; null when nothing is.</param>
public sealed record SettingKey(string Name, bool IsList, Func<string, string?> Problem);

/// <summary>A setting of a file.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Values">Its values; one, unless it takes a list.</param>
/// <param name="Line">Its line, from 1.</param>
public sealed record FileSetting(string Key, ImmutableArray<string> Values, int Line);

/// <summary>Reads a file of settings, <c>netedit.yaml</c>, as policies are read.</summary>
public static class SettingsFileReader
{
    /// <summary>Reads the file: one document with a mapping, or nothing.</summary>
    /// <param name="file">Its name for messages.</param>
    /// <param name="content">Its bytes, in UTF-8.</param>
    /// <param name="keys">The keys it may have.</param>
    /// <returns>The settings, or every error and no settings.</returns>
    public static (ImmutableArray<FileSetting> Settings, ImmutableArray<PolicyError> Errors) Read(
        string file,
        ReadOnlyMemory<byte> content,
        IReadOnlyList<SettingKey> keys
    )
    {
        var errors = new FileErrors(file);
        var text = PolicyText.Decode(content, errors);
        ImmutableArray<FileSetting> settings = text is null ? [] : Read(YamlDocuments.Read(text, errors), keys, errors);
        return errors.Count == 0 ? (settings, []) : ([], [.. errors.All]);
    }

    private static ImmutableArray<FileSetting> Read(
        List<YamlNode> documents,
        IReadOnlyList<SettingKey> keys,
        FileErrors errors
    )
    {
        if (documents.Count > 1)
        {
            errors.Add(documents[1], "only one document is allowed");
        }

        if (documents.Count == 0)
        {
            return [];
        }

        if (documents[0] is not YamlMap map)
        {
            errors.Add(documents[0], "must be a mapping of settings, as in interval: 30s");
            return [];
        }

        var fields = new Fields(map, "", [.. keys.Select(key => key.Name)], errors);
        var settings = ImmutableArray.CreateBuilder<FileSetting>();
        foreach (var key in keys)
        {
            if (fields.Any(key.Name) is { } node && Values(node, key, errors) is { } values)
            {
                settings.Add(new FileSetting(key.Name, values, node.Line));
            }
        }

        return settings.ToImmutable();
    }

    private static ImmutableArray<string>? Values(YamlNode node, SettingKey key, FileErrors errors)
    {
        if (node is YamlList list && key.IsList)
        {
            string?[] items = [.. list.Items.Select(item => Value(item, key, errors))];
            return items.Contains(null) ? null : [.. items.Select(item => item!)];
        }

        return Value(node, key, errors) is { } value ? [value] : null;
    }

    private static string? Value(YamlNode node, SettingKey key, FileErrors errors)
    {
        if (node is YamlRefused)
        {
            return null;
        }

        if (node is not YamlScalar { IsNull: false } scalar)
        {
            errors.Add(node, $"{key.Name} must be {(key.IsList ? "a list of values" : "a single value")}");
            return null;
        }

        if (key.Problem(scalar.Text) is { } problem)
        {
            errors.Add(scalar, $"{key.Name}: {Printable.Quote(scalar.Text)} {problem}");
            return null;
        }

        return scalar.Text;
    }
}
