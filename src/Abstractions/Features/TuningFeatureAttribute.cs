namespace NetEdit.Features;

/// <summary>
/// Announces a tuningFeature of an assembly. It is read from the assembly's metadata, so no code of a plugin runs, and
/// the plugin is not even loaded, before a policy names one of its features.
/// </summary>
/// <param name="name">The feature's name; equal to <see cref="ITuningFeature.Name"/>.</param>
/// <param name="type">A public type that implements <see cref="ITuningFeature"/>.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class TuningFeatureAttribute(string name, Type type) : Attribute
{
    /// <summary>The feature's name.</summary>
    public string Name { get; } = name;

    /// <summary>The implementing type.</summary>
    public Type Type { get; } = type;
}
