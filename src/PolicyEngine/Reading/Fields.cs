using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>The keys of one mapping of a policy. Reports unknown, repeated and empty keys, and values of the wrong shape.</summary>
internal sealed class Fields
{
    private readonly Dictionary<string, YamlNode> _values = new(StringComparer.Ordinal);
    private readonly YamlMap _map;
    private readonly string _path;
    private readonly FileErrors _errors;

    /// <summary>Reads the keys.</summary>
    /// <param name="map">The mapping.</param>
    /// <param name="path">Its path for messages, as <c>spec.hosts</c>; empty for the document.</param>
    /// <param name="known">The keys it may have.</param>
    /// <param name="errors">Takes the errors.</param>
    public Fields(YamlMap map, string path, IReadOnlyList<string> known, FileErrors errors)
    {
        (_map, _path, _errors) = (map, path, errors);
        foreach (var (key, value) in Distinct(map, errors))
        {
            if (known.Contains(key.Text, StringComparer.Ordinal))
            {
                _values.Add(key.Text, value);
            }
            else
            {
                var where = path.Length == 0 ? "" : $" in {path}";
                errors.Add(key, $"unknown key {Printable.Quote(key.Text)}{where}{Meant(key.Text, known)}");
            }
        }
    }

    /// <summary>The entries of a mapping whose keys are free; a repeated key is reported and left out.</summary>
    public static IEnumerable<(YamlScalar Key, YamlNode Value)> Distinct(YamlMap map, FileErrors errors)
    {
        var seen = new Dictionary<string, YamlScalar>(StringComparer.Ordinal);
        foreach (var (key, value) in map.Entries)
        {
            if (seen.TryAdd(key.Text, key))
            {
                yield return (key, value);
            }
            else
            {
                errors.Add(
                    key,
                    $"key {Printable.Quote(key.Text)} is repeated; it was given in line {seen[key.Text].Line}"
                );
            }
        }
    }

    /// <summary>A value of any shape, or null when the key is absent, or empty (which is reported).</summary>
    public YamlNode? Any(string key, bool required = false)
    {
        if (!_values.TryGetValue(key, out var value))
        {
            if (required)
            {
                _errors.Add(_map, $"{Path(key)} is missing");
            }

            return null;
        }

        if (value.IsNull)
        {
            _errors.Add(value, $"{Path(key)} is empty{(required ? "" : "; give it a value or leave it out")}");
            return null;
        }

        return value is YamlRefused ? null : value;
    }

    /// <summary>A scalar.</summary>
    public YamlScalar? Scalar(string key, bool required = false) => Shaped<YamlScalar>(key, "a single value", required);

    /// <summary>A mapping.</summary>
    public YamlMap? Map(string key, bool required = false) => Shaped<YamlMap>(key, "a mapping", required);

    /// <summary>A list.</summary>
    public YamlList? List(string key) => Shaped<YamlList>(key, "a list", required: false);

    private T? Shaped<T>(string key, string shape, bool required)
        where T : YamlNode
    {
        var value = Any(key, required);
        if (value is null or T)
        {
            return (T?)value;
        }

        _errors.Add(value, $"{Path(key)} must be {shape}");
        return null;
    }

    private string Path(string key) => _path.Length == 0 ? key : $"{_path}.{key}";

    private static string Meant(string word, IReadOnlyList<string> known)
    {
        var suggestion = Suggestion.For(word, known);
        return suggestion.Length > 0 ? suggestion : $"; known are {string.Join(", ", known)}";
    }
}
