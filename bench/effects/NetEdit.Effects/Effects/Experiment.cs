using System.Collections.Immutable;

namespace NetEdit.Effects;

/// <summary>An effect as the page shows it; what is measured of it is in the guest's program.</summary>
internal abstract class Experiment
{
    protected const string Off = "off";
    protected const string Ours = "ours";

    /// <summary>All of them, in the order of the page.</summary>
    public static ImmutableArray<Experiment> All { get; } =
    [
        new InitialCwndExperiment(),
        new LongReadsExperiment(),
        new IncastExperiment(),
        new DctcpExperiment(),
        new BesideBulkExperiment(),
    ];

    /// <summary>Its name on the command line, of its results and of its picture.</summary>
    public abstract string Name { get; }

    /// <summary>What is tuned, and for what.</summary>
    public abstract string Title { get; }

    /// <summary>How it is measured, so that a reader could repeat it.</summary>
    public abstract string Method { get; }

    /// <summary>What it loses, what it does not show, and why.</summary>
    public abstract string Limits { get; }

    /// <summary>The arms, in the order of the page.</summary>
    public abstract ImmutableArray<string> Arms { get; }

    /// <summary>The quantities that the page's table has.</summary>
    public abstract ImmutableArray<string> Metrics { get; }

    /// <summary>The comparisons that have a target.</summary>
    public abstract IEnumerable<Figure> Figures(EffectResult result);

    /// <summary>Its picture's panels.</summary>
    public abstract IEnumerable<Panel> Panels(EffectResult result);

    /// <summary>A panel with a quantity in some cases.</summary>
    protected Panel PanelOf(
        EffectResult result,
        string title,
        string metric,
        IEnumerable<string> cases,
        Func<string, string> label
    ) =>
        new(
            title,
            result.Unit(metric),
            [.. cases.Select(label)],
            [.. Arms.Select(arm => new Bars(arm, [.. cases.Select(@case => result.Median(@case, arm, metric))]))]
        );
}
