using System.Collections.Immutable;

namespace NetEdit.Features;

/// <summary>The kind of a parameter's value. It determines the units in which policies write the value.</summary>
public enum ParameterKind
{
    /// <summary>A whole number of countable things, written without a unit, such as <c>40</c>.</summary>
    Count,

    /// <summary>
    /// A number of bytes, written with a unit, such as <c>512B</c>, <c>64KiB</c>, <c>4MiB</c> or <c>1GiB</c>. The
    /// decimal units are <c>kB</c>, <c>MB</c> and <c>GB</c>.
    /// </summary>
    Bytes,

    /// <summary>
    /// A time, written with a unit, such as <c>200us</c>, <c>5ms</c> or <c>1s</c>, and stored in microseconds.
    /// </summary>
    Duration,

    /// <summary>
    /// A rate, written with a unit, such as <c>100Mbit</c>, <c>10Gbit</c> or <c>1kbit</c>, and stored in bits per
    /// second.
    /// </summary>
    Rate,

    /// <summary>
    /// A text of one line. <see cref="ParameterSpec.Minimum"/> and <see cref="ParameterSpec.Maximum"/> limit its length
    /// in characters.
    /// </summary>
    Text,

    /// <summary>
    /// One of the words in <see cref="ParameterSpec.Choices"/>, stored as its index, which is 0 for the first word.
    /// </summary>
    Choice,
}

/// <summary>One parameter of a feature.</summary>
/// <param name="Name">
/// The key in the policy. It consists of lower case words joined by hyphens, or it is the name of a sysctl.
/// </param>
/// <param name="Kind">The kind of value, which determines the unit.</param>
/// <param name="Minimum">
/// The smallest value, in the kind's base unit (count, bytes, microseconds, bits per second, characters).
/// </param>
/// <param name="Maximum">The largest value, in the same unit.</param>
/// <param name="Description">One sentence that says what the parameter sets and where its bounds come from.</param>
/// <param name="Required">Whether a policy must give the parameter.</param>
public sealed record ParameterSpec(
    string Name,
    ParameterKind Kind,
    long Minimum,
    long Maximum,
    string Description,
    bool Required = false
)
{
    /// <summary>The words that a parameter of kind <see cref="ParameterKind.Choice"/> may have.</summary>
    public ImmutableArray<string> Choices { get; init; } = [];

    /// <summary>Creates a parameter whose value is one of a few words.</summary>
    /// <param name="name">The key in the policy.</param>
    /// <param name="description">One sentence that says what the parameter sets.</param>
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
