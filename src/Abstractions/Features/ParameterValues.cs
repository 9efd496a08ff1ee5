using System.Collections.Immutable;

namespace NetEdit.Features;

/// <summary>
/// The values that one policy gives to the parameters of one feature, parsed and within their bounds. Two instances are
/// equal if they hold the same values.
/// </summary>
public sealed class ParameterValues : IEquatable<ParameterValues>
{
    private readonly ImmutableSortedDictionary<string, long> _numbers;
    private readonly ImmutableSortedDictionary<string, string> _texts;

    /// <summary>Creates a set of values.</summary>
    /// <param name="numbers">Numbers by parameter name, in the base unit of their <see cref="ParameterKind"/>.</param>
    /// <param name="texts">Texts by parameter name.</param>
    public ParameterValues(
        IEnumerable<KeyValuePair<string, long>> numbers,
        IEnumerable<KeyValuePair<string, string>>? texts = null
    )
    {
        _numbers = numbers.ToImmutableSortedDictionary(StringComparer.Ordinal);
        _texts = (texts ?? []).ToImmutableSortedDictionary(StringComparer.Ordinal);
    }

    /// <summary>A set without values.</summary>
    public static ParameterValues Empty { get; } = new([]);

    /// <summary>All numbers by parameter name, in the base unit of their kind.</summary>
    public IReadOnlyDictionary<string, long> Numbers => _numbers;

    /// <summary>All texts by parameter name.</summary>
    public IReadOnlyDictionary<string, string> Texts => _texts;

    /// <summary>Returns the number given for a parameter, or null if the policy does not set it.</summary>
    public long? Number(string name) => _numbers.TryGetValue(name, out var value) ? value : null;

    /// <summary>Returns the text given for a parameter, or null if the policy does not set it.</summary>
    public string? Text(string name) => _texts.GetValueOrDefault(name);

    /// <summary>Returns these values without some parameters.</summary>
    /// <param name="names">The parameters to leave out. Naming a parameter that is not set changes nothing.</param>
    public ParameterValues Except(params IReadOnlyCollection<string> names) =>
        names.Count == 0
            ? this
            : new(
                _numbers.Where(number => !names.Contains(number.Key)),
                _texts.Where(text => !names.Contains(text.Key))
            );

    /// <inheritdoc/>
    public bool Equals(ParameterValues? other) =>
        other is not null && _numbers.SequenceEqual(other._numbers) && _texts.SequenceEqual(other._texts);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ParameterValues);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var (name, value) in _numbers)
        {
            hash.Add(name, StringComparer.Ordinal);
            hash.Add(value);
        }

        foreach (var (name, value) in _texts)
        {
            hash.Add(name, StringComparer.Ordinal);
            hash.Add(value, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }
}
