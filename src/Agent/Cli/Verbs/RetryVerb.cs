using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;
using NetEdit.Agent.Persistence;
using NetEdit.Agent.Reconciliation;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit retry</c></summary>
internal sealed class RetryVerb : Verb
{
    private readonly Argument<string?> _feature = new("FEATURE")
    {
        Description = "Name of the feature; default: all features",
        Arity = ArgumentArity.ZeroOrOne,
    };
    private readonly ChoiceOption<OutputFormat> _output = OutputExtensions.CreateOption();
    private readonly Option<string?> _socket = CommonOptions.Socket();
    private readonly Option<string> _ledger = CommonOptions.Ledger();
    private readonly Option<string?> _state = CommonOptions.State();

    public RetryVerb(CliConsole console)
        : base(
            console,
            "retry",
            "Release features from quarantine, so that they are tried again, and set sysctls again "
                + "that somebody else has changed: a running agent does this at once, else the next apply "
                + "does"
        )
    {
        Arguments.Add(_feature);
        Options.Add(_output);
        Options.Add(_socket);
        Options.Add(_ledger);
        Options.Add(_state);
    }

    protected override int Run(ParseResult arguments)
    {
        var ledger = arguments.GetRequiredValue(_ledger);
        var feature = arguments.GetValue(_feature);
        var answer = ControlClient.Send(
            arguments.GetValue(_socket) ?? RuntimePaths.Socket(ledger),
            new ControlRequest("retry") { Names = feature is null ? [] : [feature] }
        );
        var report = answer?.Retry ?? Release(ledger, feature, arguments.GetValue(_state));
        Console.Write(
            _output.Get(arguments),
            report,
            OutputJson.Readable.RetryReport,
            output =>
            {
                foreach (var released in report.Released)
                {
                    output.WriteLine(
                        $"{released.Feature}{(released.Variant.Length == 0 ? "" : $" (variant {released.Variant})")}: "
                            + $"{(answer is null ? "the next apply tries it again" : "tried again")}; it was "
                            + $"in quarantine because: {released.Reason}"
                    );
                }

                foreach (var sysctl in report.Sysctls)
                {
                    output.WriteLine(
                        $"{sysctl.Name}: {(answer is null ? "the next apply sets it" : "set")} to "
                            + $"{sysctl.Value}; somebody else had set it to {sysctl.Current}"
                    );
                }

                if (report.Released.IsEmpty && report.Sysctls.IsEmpty)
                {
                    output.WriteLine("nothing is in quarantine");
                }
            }
        );
        return ExitCode.Ok;
    }

    private RetryReport Release(string ledger, string? feature, string? state)
    {
        var services = Compose(ledger, state);
        return Directly(
            services,
            ledger,
            (Retries retries) =>
            {
                var report = retries.Release(feature);
                WarnOf(services.GetRequiredService<LedgerState>().Problems);
                return report;
            }
        );
    }
}
