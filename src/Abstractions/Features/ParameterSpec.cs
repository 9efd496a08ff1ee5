using System.Collections.Immutable;

namespace NetEdit.Features;

/// <summary>What a parameter's value is, and so which units it must be written in.</summary>
public enum ParameterKind
{
    /// <summary>A whole number of something countable, without a unit: <c>40</c>.</summary>
    Count,

    /// <summary>Bytes, with a unit: <c>512B</c>, <c>64KiB</c>, <c>4MiB</c>, <c>1GiB</c>, or decimal <c>kB</c>, <c>MB</c>, <c>GB</c>.</summary>
    Bytes,

    /// <summary>A time, kept in microseconds, with a unit: <c>200us</c>, <c>5ms</c>, <c>1s</c>.</summary>
    Duration,

    /// <summary>A rate, kept in bits per second, with a unit: <c>100Mbit</c>, <c>10Gbit</c>, <c>1kbit</c>.</summary>
    Rate,

    /// <summary>Text; <see cref="ParameterSpec.Minimum"/> and <see cref="ParameterSpec.Maximum"/> bound its length.</summary>
    Text,

    /// <summary>One of the words of <see cref="ParameterSpec.Choices"/>, kept as its place among them: 0 for the first.</summary>
    Choice,
}

/// <summary>One parameter of a feature.</summary>
/// <param name="Name">The key in the policy: lower case words joined by hyphens, or the name of a sysctl.</param>
/// <param name="Kind">Kind of value, which fixes the unit.</param>
/// <param name="Minimum">Smallest value, in the kind's base unit (count, bytes, microseconds, bits per second, characters).</param>
/// <param name="Maximum">Largest value, in the same unit.</param>
/// <param name="Description">One sentence: what it sets, and the source of its bounds.</param>
/// <param name="Required">Whether a policy must give it.</param>
public sealed record ParameterSpec(
    string Name,
    ParameterKind Kind,
    long Minimum,
    long Maximum,
    string Description,
    bool Required = false
)
{
    /// <summary>The words a parameter of kind <see cref="ParameterKind.Choice"/> may have.</summary>
    public ImmutableArray<string> Choices { get; init; } = [];

    /// <summary>A parameter that has one of a few words.</summary>
    /// <param name="name">The key in the policy.</param>
    /// <param name="description">One sentence: what it sets.</param>
    /// <param name="choices">The words.</param>
    public static ParameterSpec OneOf(string name, string description, params ImmutableArray<string> choices) =>
        new(name, ParameterKind.Choice, 0, choices.Length - 1, description) { Choices = choices };

    /// <inheritdoc/>
    public bool Equals(ParameterSpec? other) =>
        other is not null
        && (Name, Kind, Minimum, Maximum, Description, Required)
            == (other.Name, other.Kind, other.Minimum, other.Maximum, other.Description, other.Required)
        && Choices.SequenceEqual(other.Choices);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Kind, Minimum, Maximum);
}
