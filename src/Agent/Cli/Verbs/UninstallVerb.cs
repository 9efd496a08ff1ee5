using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Adapter;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;
using NetEdit.Agent.Reconciliation;
using NetEdit.PolicyEngine;
using NetEdit.State;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit uninstall</c></summary>
internal sealed class UninstallVerb : Verb
{
    private readonly ChoiceOption<OutputFormat> _output = OutputExtensions.CreateOption();
    private readonly Option<string> _ledger = CommonOptions.Ledger();

    public UninstallVerb(CliConsole console)
        : base(console, "uninstall", "Remove everything of ours from the kernel, and check that nothing is left")
    {
        Options.Add(_output);
        Options.Add(_ledger);
    }

    protected override int Run(ParseResult arguments)
    {
        var ledger = arguments.GetRequiredValue(_ledger);
        using var services = Composition.Create(new CompositionOptions(ledger, [], []), Console);
        var adapter = services.GetRequiredService<BpfAdapter>();
        using var own = AgentLock.Take(RuntimePaths.Lock(ledger));
        var plan = Planner.Uninstall(adapter.Observe(), adapter.ChainObjectDigest);
        var result = adapter.Execute(plan, Progress.For(Console));
        var left = adapter.Observe();
        Console.Write(_output.Get(arguments), new PlanReport("", Render.ActionInfos(result.Done), []), OutputJson.Readable.PlanReport, output =>
        {
            Render.Actions(output, result.Done, Console.ColorOut);
            if (result.Success && IsEmpty(left))
            {
                output.WriteLine(result.Done.IsEmpty ? "there was nothing to remove" : $"{ErrorText.Count(result.Done.Length, "change")} made; nothing of ours is left in the kernel");
            }
        });
        if (!result.Success)
        {
            throw new CliException(ExitCode.Failed, result.Error ?? "an object could not be removed");
        }

        return IsEmpty(left) ? ExitCode.Ok : throw new CliException(ExitCode.Failed, $"something is left in the kernel: {Describe(left)}; see netedit status");
    }

    private static bool IsEmpty(ObservedState state) =>
        !state.SharedMaps && state.Chains.IsEmpty && state.Algorithms.IsEmpty && state.Profiles.IsEmpty && state.Rules.IsEmpty && state.Orphans.IsEmpty;

    private static string Describe(ObservedState state) => string.Join(
        ", ",
        state.Chains.Select(chain => $"chain {chain.Scope}")
            .Concat(state.Algorithms.Select(algorithm => algorithm.Registered ? $"congestion control {algorithm.Algorithm}" : $"congestion control {algorithm.Algorithm}, until its last socket closes"))
            .Concat(state.Orphans.Select(orphan => orphan.Path))
            .Concat(state.SharedMaps ? ["shared maps"] : []));
}
