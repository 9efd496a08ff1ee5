using System.Collections.Immutable;
using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;
using NetEdit.Agent.Policies;
using NetEdit.Agent.Reconciliation;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit validate</c></summary>
internal sealed class ValidateVerb : Verb
{
    private readonly Argument<string[]> _paths = new("PATH") { Description = "Directories of policies, and files; together they are one set", Arity = ArgumentArity.OneOrMore };
    private readonly ChoiceOption<OutputFormat> _output = OutputExtensions.CreateOption();
    private readonly Option<string[]> _features = CommonOptions.Features();

    public ValidateVerb(CliConsole console)
        : base(console, "validate", "Check policies without touching the kernel; every error of every file at once")
    {
        Arguments.Add(_paths);
        Options.Add(_output);
        Options.Add(_features);
    }

    protected override int Run(ParseResult arguments)
    {
        using var services = Compose(new CompositionOptions(RuntimePaths.DefaultLedger, arguments.GetValue(_features) ?? [], arguments.GetRequiredValue(_paths)));
        var state = services.GetRequiredService<PolicySource>().Read();
        ImmutableArray<PolicyError> errors = [.. state.Errors, .. state.BeingWritten.Select(file => new PolicyError(file, 0, 0, "somebody is writing this file; try again when they are done"))];
        var report = new ValidationReport(errors.IsEmpty, state.Set?.Revision, state.FileCount, [.. (state.Set?.Policies ?? []).Select(policy => policy.Name)], errors);
        Console.Write(_output.Get(arguments), report, OutputJson.Readable.ValidationReport, output =>
        {
            foreach (var error in errors)
            {
                output.WriteLine(error);
            }

            output.WriteLine(errors.IsEmpty
                ? $"ok: {ErrorText.Count(report.Policies.Length, "policy")} in {ErrorText.Count(report.Files, "file")}, revision {report.Revision}"
                : ErrorText.Summary(errors));
        });
        return errors.IsEmpty ? ExitCode.Ok : ExitCode.InvalidPolicy;
    }
}
