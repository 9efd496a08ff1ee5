using System.CommandLine;

namespace NetEdit.Agent.Cli;

/// <summary>Options of the verbs that read: whom to ask and, without an agent, what to read.</summary>
internal sealed class ReadingOptions
{
    private readonly Option<string?> _socket = CommonOptions.Socket();
    private readonly Option<string> _ledger = CommonOptions.Ledger();
    private readonly Option<string[]> _features = CommonOptions.Features();
    private readonly Option<string?> _state = CommonOptions.State();

    public void AddTo(Command command)
    {
        command.Options.Add(_socket);
        command.Options.Add(_ledger);
        command.Options.Add(_features);
        command.Options.Add(_state);
    }

    /// <summary>The control socket of the agent.</summary>
    public string Socket(ParseResult arguments) =>
        arguments.GetValue(_socket) ?? RuntimePaths.Socket(arguments.GetRequiredValue(_ledger));

    /// <summary>What to read without an agent.</summary>
    public CompositionOptions Composition(ParseResult arguments) =>
        new(arguments.GetRequiredValue(_ledger), arguments.GetValue(_features) ?? [], [])
        {
            StateDirectory = arguments.GetValue(_state),
        };
}
