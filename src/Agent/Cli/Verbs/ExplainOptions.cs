using System.CommandLine;
using NetEdit.Agent.Cli.Output;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary>Options of <c>explain</c>, also behind its subcommands.</summary>
internal sealed class ExplainOptions
{
    public Option<string?> Policies { get; } =
        new("--policies", "-f")
        {
            Description = "Explain these policies instead of the running agent's policies",
            HelpName = "DIR",
            Recursive = true,
        };

    public ChoiceOption<OutputFormat> Output { get; } = Recursive(OutputExtensions.CreateOption());

    public Option<string?> Socket { get; } = Recursive(CommonOptions.Socket());

    public Option<string> Ledger { get; } = Recursive(CommonOptions.Ledger());

    public Option<string[]> Features { get; } = Recursive(CommonOptions.Features());

    public Option<string?> State { get; } = Recursive(CommonOptions.State());

    public void AddTo(Command command)
    {
        command.Options.Add(Policies);
        command.Options.Add(Output);
        command.Options.Add(Socket);
        command.Options.Add(Ledger);
        command.Options.Add(Features);
        command.Options.Add(State);
    }

    private static T Recursive<T>(T option)
        where T : Option
    {
        option.Recursive = true;
        return option;
    }
}
