namespace NetEdit.Features;

/// <summary>
/// Announces a feature of an assembly. NetEdit reads the announcement from the assembly's metadata. Before a policy, or
/// a command such as <c>netedit features</c>, needs one of its features, the plugin is not even loaded and none of its
/// code runs.
/// </summary>
/// <param name="name">The feature's name, equal to <see cref="ITuningFeature.Name"/>.</param>
/// <param name="type">A public type that implements <see cref="ITuningFeature"/>.</param>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
public sealed class TuningFeatureAttribute(string name, Type type) : Attribute
{
    /// <summary>The feature's name.</summary>
    public string Name { get; } = name;

    /// <summary>The type that implements the feature.</summary>
    public Type Type { get; } = type;
}
