using System.Reflection;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.Bench.Kernel;

/// <summary>The features that come with NetEdit.</summary>
internal sealed class InstalledFeatures : IFeatureCatalog
{
    private readonly SortedDictionary<string, ITuningFeature> _features = new(
        typeof(InitialCwndFeature)
            .Assembly.GetCustomAttributes<TuningFeatureAttribute>()
            .ToDictionary(
                announced => announced.Name,
                announced => (ITuningFeature)Activator.CreateInstance(announced.Type)!,
                StringComparer.Ordinal
            ),
        StringComparer.Ordinal
    );

    public IReadOnlyList<string> Names => [.. _features.Keys];

    public ITuningFeature? Find(string name) => _features.GetValueOrDefault(name);
}
