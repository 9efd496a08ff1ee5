namespace NetEdit.Effects;

/// <summary>What is made from the results: pictures, the page, and the table of the README.</summary>
internal static class Documents
{
    /// <summary>Everything, by its path in the repository.</summary>
    /// <param name="repository">The repository, with results and README.</param>
    public static IReadOnlyDictionary<string, string> Of(string repository)
    {
        var results = Path.Combine(repository, "bench", "effects", "results");
        var effects = Experiment
            .All.Select(experiment => (experiment, Path: Path.Combine(results, experiment.Name + ".json")))
            .Where(effect => File.Exists(effect.Path))
            .Select(effect => (effect.experiment, EffectResult.Read(effect.Path)))
            .ToList();
        var documents = effects.ToDictionary(
            effect => $"docs/effects/{effect.experiment.Name}.svg",
            effect => EffectPicture.Of(effect.experiment.Title, [.. effect.experiment.Panels(effect.Item2)]),
            StringComparer.Ordinal
        );
        documents["docs/effects/README.md"] = EffectsPage.Of(effects);
        documents["README.md"] = FigureTable.Insert(
            File.ReadAllText(Path.Combine(repository, "README.md")),
            FigureTable.Of(effects)
        );
        return documents;
    }

    /// <summary>Writes everything.</summary>
    public static void Write(string repository)
    {
        foreach (var (path, text) in Of(repository))
        {
            var place = Path.Combine(repository, path);
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.WriteAllText(place, text);
        }
    }
}
