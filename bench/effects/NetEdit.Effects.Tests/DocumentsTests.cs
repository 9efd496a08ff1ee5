using NetEdit.Kernels;

namespace NetEdit.Effects.Tests;

public sealed class DocumentsTests
{
    private const int LeastRepetitions = 20;

    public static TheoryData<string> Effects => [.. Experiment.All.Select(experiment => experiment.Name)];

    [Fact]
    public void Page_pictures_and_readme_are_what_the_results_give()
    {
        foreach (var (path, text) in Documents.Of(Directories.Repository))
        {
            var place = Path.Combine(Directories.Repository, path);
            File.Exists(place).ShouldBeTrue(path);
            File.ReadAllText(place).ShouldBe(text, $"{path} is stale: bench/effects/run.sh --pages writes it");
        }
    }

    [Theory]
    [MemberData(nameof(Effects))]
    public void Every_effect_has_results_of_enough_repetitions(string name)
    {
        var path = Path.Combine(Directories.Repository, "bench", "effects", "results", name + ".json");
        var result = EffectResult.Read(path);

        result.Effect.ShouldBe(name);
        result.Series.ShouldAllBe(series => series.Values.Length == result.Repetitions);
        result.Repetitions.ShouldBeGreaterThanOrEqualTo(LeastRepetitions);

        // What is read is what was written.
        var copy = Path.GetTempFileName();
        try
        {
            result.Write(copy);
            File.ReadAllText(copy).ShouldBe(File.ReadAllText(path));
        }
        finally
        {
            File.Delete(copy);
        }
    }
}
