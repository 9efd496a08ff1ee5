using System.Collections.Immutable;
using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;
using NetEdit.Agent.Plugins;
using NetEdit.Agent.Policies;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit validate</c></summary>
internal sealed class ValidateVerb : Verb
{
    private const string BeingWritten = "another process is writing this file; try again when it has finished";

    private readonly Argument<string[]> _paths = new("PATH")
    {
        Description = "Directories of policies, or files; they are checked together, as one set",
        Arity = ArgumentArity.OneOrMore,
    };
    private readonly Option<bool> _strict = new("--strict")
    {
        Description = "Fail (exit 3) on any warning, such as a feature that is not installed here",
    };
    private readonly Option<bool> _allowEmpty = new("--allow-empty")
    {
        Description = "Accept paths without any policy",
    };
    private readonly ChoiceOption<OutputFormat> _output = OutputExtensions.CreateOption();
    private readonly Option<string[]> _features = CommonOptions.Features();

    public ValidateVerb(CliConsole console)
        : base(
            console,
            "validate",
            "Check policies without touching the kernel, and report every error of every file at once"
        )
    {
        Arguments.Add(_paths);
        Options.Add(_strict);
        Options.Add(_allowEmpty);
        Options.Add(_output);
        Options.Add(_features);
    }

    protected override int Run(ParseResult arguments)
    {
        var paths = arguments.GetRequiredValue(_paths);
        var features = arguments.GetValue(_features) ?? [];
        using var services = Compose(new CompositionOptions(RuntimePaths.DefaultLedger, features, paths));
        var state = services.GetRequiredService<CurrentPolicies>().Read();
        ImmutableArray<PolicyError> errors =
        [
            .. state.Errors,
            .. state.BeingWritten.Select(file => new PolicyError(file, 0, 0, BeingWritten)),
            .. state.Set is { } set && state.Errors.IsEmpty && !arguments.GetValue(_allowEmpty)
                ? PathsWithoutPolicy(paths, set, state.NotRead)
                : [],
        ];
        var unread = state.NotRead.RemoveAll(entry => state.BeingWritten.Contains(entry.Path, StringComparer.Ordinal));
        ImmutableArray<string> names = [.. (state.Set?.Policies ?? []).Select(policy => policy.Name)];
        var catalog = services.GetRequiredService<FeatureCatalog>();
        var warnings = state.Set is null ? [] : PolicyCautions.Of(state.Set, catalog);
        var warned = warnings.Length + catalog.Problems.Length;
        var valid = errors.IsEmpty && (warned == 0 || !arguments.GetValue(_strict));
        var report = new ValidationReport(valid, state.Set?.Revision, state.FileCount, names, errors)
        {
            NotRead = unread,
            Warnings = warnings,
        };
        Console.Note(unread);
        foreach (var warning in report.Warnings)
        {
            Console.Warn(Printable.Line($"{warning.Source}: spec.tuning.{warning.Feature}: {warning.Text}"));
        }

        Console.Write(
            _output.Get(arguments),
            report,
            OutputJson.Readable.ValidationReport,
            output =>
            {
                foreach (var error in errors)
                {
                    output.WriteLine(error);
                }

                output.WriteLine(
                    !errors.IsEmpty ? ErrorText.Summary(errors)
                    : !valid ? $"{Plural.Count(warned, "warning")}, and none is allowed with --strict"
                    : $"ok: {Plural.Count(report.Policies.Length, "policy")} in "
                        + $"{Plural.Count(report.Files, "file")}, revision {report.Revision}"
                );
            }
        );
        return valid ? ExitCode.Ok : ExitCode.InvalidPolicy;
    }

    // Who names a path expects a policy there; where it has none, the path is most often the wrong one.
    private static IEnumerable<PolicyError> PathsWithoutPolicy(
        IEnumerable<string> paths,
        PolicySet set,
        ImmutableArray<UnreadEntry> unread
    ) =>
        from path in paths
        let isDirectory = Directory.Exists(path)
        let start = isDirectory ? path.TrimEnd('/') + "/" : path + ":"
        where !set.Policies.Any(policy => policy.Source.StartsWith(start, StringComparison.Ordinal))
        let below = unread.RemoveAll(entry => !entry.Path.StartsWith(start, StringComparison.Ordinal))
        select new PolicyError(
            path,
            0,
            0,
            isDirectory
                ? $"no policy files in this directory{NoPolicies.Ignored(path, below)}"
                : "no policy in this file"
        );
}
