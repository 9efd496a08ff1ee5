using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>
/// Says that no feature of a name is installed. Policies are shared by hosts with several versions, so a name that exists
/// elsewhere cannot be told from one that exists nowhere: a similar name is suggested, and it is never an error by itself.
/// </summary>
internal static class UnknownFeature
{
    /// <summary>A sentence for a person, with what to do next.</summary>
    /// <param name="name">The name that a policy gives.</param>
    /// <param name="catalog">The installed features.</param>
    public static string Text(string name, IFeatureCatalog catalog) =>
        $"no feature '{name}' is installed"
        + (
            catalog.Names.Count == 0 ? "; this NetEdit has no features at all: its directory features/ is missing"
            : Suggestion.For(name, catalog.Names) is { Length: > 0 } suggestion ? suggestion
            : "; netedit features lists those that are"
        );
}
