using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit explain</c></summary>
internal sealed class ExplainVerb : Verb
{
    private const int ScopesShown = 4;

    private readonly ExplainOptions _options = new();

    public ExplainVerb(CliConsole console)
        : base(
            console,
            "explain",
            "Explain why each policy is in its state: which policies won or lost, and what is missing"
        )
    {
        _options.AddTo(this);
        Subcommands.Add(new PolicyVerb(console, _options));
        Subcommands.Add(new ExplainConnectionVerb(console, _options));
    }

    protected override int Run(ParseResult arguments) => Explain(arguments, _options, Compose, Console, name: null);

    private static int Explain(
        ParseResult arguments,
        ExplainOptions options,
        Func<CompositionOptions, ServiceProvider> compose,
        CliConsole console,
        string? name
    )
    {
        var report = Find(arguments, options, compose, console, name);
        if (name is not null)
        {
            report = report.Only(name);
        }

        console.Write(
            options.Output.Get(arguments),
            report,
            OutputJson.Readable.ExplainReport,
            output => Write(output, report, console.ColorOut)
        );
        return ExitCode.Ok;
    }

    private static ExplainReport Find(
        ParseResult arguments,
        ExplainOptions options,
        Func<CompositionOptions, ServiceProvider> compose,
        CliConsole console,
        string? name
    )
    {
        var ledger = arguments.GetRequiredValue(options.Ledger);
        if (arguments.GetValue(options.Policies) is { } policies)
        {
            using var services = compose(
                new CompositionOptions(ledger, arguments.GetValue(options.Features) ?? [], [policies])
                {
                    StateDirectory = arguments.GetValue(options.State),
                }
            );
            var preview = services.GetRequiredService<PolicyPreviews>().Preview();
            console.Note(preview.NotRead);
            return new ExplainReport(preview.Set.Revision, preview.Decision.Policies)
            {
                Pauses = [.. preview.Decision.Desired.Pauses],
                Quarantine = StatusReports.Quarantine(preview.Quarantine),
            };
        }

        var socket = arguments.GetValue(options.Socket) ?? RuntimePaths.Socket(ledger);
        return
            ControlClient.Ask(socket, new ControlRequest("explain") { Names = name is null ? null : [name] })
                is { Status: { } report } answer
            ? ExplainReport.Of(report, answer.Uses ?? [])
            : throw new CliException(
                ExitCode.AgentUnreachable,
                $"no agent answers on {socket}; start one, or name the policies with --policies DIR"
            );
    }

    /// <summary>Writes the decisions for a person.</summary>
    internal static void Write(TextWriter output, ExplainReport report, bool color)
    {
        var first = true;
        var containers = report.Containers.ToDictionary(named => named.Scope, StringComparer.Ordinal);
        foreach (var policy in report.Policies)
        {
            output.Write(first ? "" : "\n");
            first = false;
            output.WritePainted(color ? Render.StatePaint(policy.State) : null, $"{policy.Policy}: {policy.State}\n");
            output.WriteLine($"  from {policy.Source}, scope {Render.Scope(policy)}");
            foreach (var scope in policy.Scopes.Where(scope => scope != policy.Scope))
            {
                output.WriteLine(
                    containers.TryGetValue(scope, out var container) ? $"    {scope}  {container}" : $"    {scope}"
                );
            }

            if (Render.ReasonText(policy.Reason) is { Length: > 0 } reason)
            {
                output.WriteLine($"  {reason}");
            }

            if ((Paused(PauseTarget.Policy(policy.Policy)) ?? Paused(PauseTarget.Everything)) is { } paused)
            {
                output.WriteLine(
                    $"  PAUSED ({paused}): connections opened since then are not tuned, until netedit resume"
                );
            }

            foreach (var feature in policy.Features)
            {
                var variant = feature.Variant is null ? "" : $" (variant {feature.Variant})";
                var values = feature.Values.Length > 0 ? $" {{ {feature.Values.Trim('{', '}', ' ')} }}" : "";
                output.WriteLine($"  {feature.Feature}: {feature.State}{variant}{values}");
                if (Paused(PauseTarget.Feature(feature.Feature)) is not null)
                {
                    output.WriteLine("    PAUSED: connections opened since then are not tuned, until netedit resume");
                }

                foreach (var why in feature.Reasons.Select(Render.ReasonText).Where(text => text.Length > 0))
                {
                    output.WriteLine($"    {why}");
                }

                foreach (
                    var past in report
                        .Quarantine.Where(entry =>
                            string.Equals(entry.Feature, feature.Feature, StringComparison.Ordinal)
                        )
                        .SelectMany(entry => entry.History)
                )
                {
                    output.WriteLine($"    {Render.Time(past.At)}: {past.What}");
                }

                foreach (
                    var use in report.Uses.Where(use =>
                        string.Equals(use.Feature, feature.Feature, StringComparison.Ordinal)
                    )
                )
                {
                    output.WriteLine($"    {Use(use)}");
                    if (use.Listeners is { } listeners)
                    {
                        output.WriteLine($"    {OnListeners(listeners)}");
                    }
                }

                foreach (var contest in feature.Contests)
                {
                    output.WriteLine(
                        string.Equals(contest.Winner, policy.Policy, StringComparison.Ordinal)
                            ? $"    wins over {contest.Loser} by {contest.Rule}, on {contest.Where}"
                            : $"    loses to {contest.Winner} by {contest.Rule}, on {contest.Where}"
                    );
                }
            }
        }

        string? Paused(string target) => report.Pauses.Contains(target, StringComparer.Ordinal) ? target : null;
    }

    private static string OnListeners(ImmutableArray<string> ports) =>
        ports.IsEmpty
            ? "set on each connection, and on no listener: not all connections to a port get the same"
            : $"set on the listeners of {string.Join(", ", ports)}, too: every connection there begins with it";

    private static string Use(PolicyUse use)
    {
        var failed = use.Failed.IsEmpty
            ? "none refused"
            : "refused "
                + string.Join(
                    ", ",
                    use.Failed.Select(refused =>
                        string.Create(CultureInfo.InvariantCulture, $"{refused.Value} with {refused.Key}")
                    )
                );
        var conflicts =
            use.Conflicts == 0
                ? ""
                : string.Create(CultureInfo.InvariantCulture, $", {use.Conflicts} already answered by another program");
        var scopes =
            use.Scopes.Length > ScopesShown ? Plural.Count(use.Scopes.Length, "cgroup") : string.Join(", ", use.Scopes);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"given in {scopes} ({Plural.Count(use.Profiles, "profile")}); "
                + $"connections so far: {use.Tuned} tuned, {failed}{conflicts}"
        );
    }

    /// <summary><c>netedit explain policy NAME</c></summary>
    private sealed class PolicyVerb : Verb
    {
        private readonly Argument<string> _name = new("NAME") { Description = "Name of the policy" };
        private readonly ExplainOptions _options;

        public PolicyVerb(CliConsole console, ExplainOptions options)
            : base(console, "policy", "Explain one policy")
        {
            _options = options;
            Arguments.Add(_name);
        }

        protected override int Run(ParseResult arguments) =>
            Explain(arguments, _options, Compose, Console, arguments.GetRequiredValue(_name));
    }
}
