using NetEdit.Kernels;
using NetEdit.Model;

namespace NetEdit.Effects.Tests;

/// <summary>
/// The effects on other kernels than the one of the results: the oldest series, the one of Debian 12, and the newest. What is there is about as large; what is not
/// is said by the agent, which calls the policy Degraded.
/// </summary>
public sealed class OtherKernelsTests
{
    private const int Repetitions = 2;

    private static readonly Dictionary<string, EffectsRun> Prepared = new(StringComparer.Ordinal);

    // Of the bound of a target: two repetitions tell no more.
    private const double Slack = 0.1;

    private static readonly string[] Series = ["5.10", "6.1", "7.3"];

    public static TheoryData<string, string> Runs
    {
        get
        {
            var runs = new TheoryData<string, string>();
            foreach (var series in Series)
            {
                foreach (var experiment in Experiment.All)
                {
                    runs.Add(series, experiment.Name);
                }
            }

            return runs;
        }
    }

    [Theory]
    [Trait(TestDepth.Trait, TestDepth.Deep)]
    [MemberData(nameof(Runs))]
    public void An_effect_is_there_or_the_agent_says_what_the_kernel_does_not_give(string series, string effect)
    {
        var experiment = Experiment.All.Single(experiment => experiment.Name == effect);
        var shown = experiment
            .Figures(
                EffectResult.Read(Path.Combine(Directories.Repository, "bench", "effects", "results", effect + ".json"))
            )
            .Where(figure => figure.Verdict == Verdict.Met)
            .Select(figure => (figure.What, figure.Case))
            .ToHashSet();
        EffectResult result;
        try
        {
            result = Run(series).Measure(effect, Repetitions);
        }
        catch (InvalidOperationException failure)
            when (failure.Message.Contains("is not active", StringComparison.Ordinal))
        {
            // What the agent says, and not what a connection showed.
            failure.Message.ShouldContain(ReasonCodes.CapabilityMissing);
            return;
        }

        experiment
            .Figures(result)
            .Where(figure =>
                shown.Contains((figure.What, figure.Case))
                && figure.Target.Margin(figure.Value) < -Slack * figure.Target.Bound
            )
            .Select(figure =>
                $"{figure.What}, {figure.Case}: {figure.Text}, {figure.TargetText} on the kernel of the results"
            )
            .ShouldBeEmpty();
    }

    // What guests hold is published once a kernel: the cases of a test run one after another.
    private static EffectsRun Run(string series)
    {
        if (!Prepared.TryGetValue(series, out var run))
        {
            Prepared.Add(series, run = EffectsRun.Prepare(series, Console.Error.WriteLine));
        }

        return run;
    }
}
