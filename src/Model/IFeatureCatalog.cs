using NetEdit.Features;

namespace NetEdit.Model;

/// <summary>The features installed on this host, by name.</summary>
public interface IFeatureCatalog
{
    /// <summary>Names of all installed features, sorted; known without loading their code.</summary>
    IReadOnlyList<string> Names { get; }

    /// <summary>The feature of a name, loaded when it is first asked for; null when none is installed.</summary>
    ITuningFeature? Find(string name);
}
