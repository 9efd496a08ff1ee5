using NetEdit.Features;

namespace NetEdit.Model;

/// <summary>The features that are installed on this host, by name.</summary>
public interface IFeatureCatalog
{
    /// <summary>Names of all installed features, sorted. They are known without loading the features' code.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>
    /// Returns the feature of a name; null if no such feature is installed. A feature is loaded at the first request.
    /// </summary>
    ITuningFeature? Find(string name);
}
