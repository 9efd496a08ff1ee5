using System.CommandLine;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;
using NetEdit.Agent.Settings;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit config</c></summary>
internal sealed class ConfigVerb : Verb
{
    private readonly Option<bool> _origin = new("--show-origin")
    {
        Description = "Say where each value comes from: a file and line, a variable of the environment, or built in",
    };
    private readonly Option<bool> _schema = new("--schema")
    {
        Description = "Print the JSON Schema of netedit.yaml instead, for editors and checks",
    };
    private readonly ChoiceOption<OutputFormat> _output = OutputExtensions.CreateOption();

    public ConfigVerb(CliConsole console)
        : base(
            console,
            "config",
            $"Show the settings of this host. An option on the command line wins over the environment (NETEDIT_...), "
                + $"the environment over {HostSettings.AdministratorsFile}, and that file over "
                + $"{HostSettings.VendorsFile}"
        )
    {
        Options.Add(_origin);
        Options.Add(_schema);
        Options.Add(_output);
    }

    protected override int Run(ParseResult arguments)
    {
        if (arguments.GetValue(_schema))
        {
            Console.Out.WriteLine(SettingsSchema.Create().ToJsonString(OutputJson.Readable.Options));
            return ExitCode.Ok;
        }

        var report = SettingsReport.Of(Console.Settings);
        Console.Write(
            _output.Get(arguments),
            report,
            OutputJson.Readable.SettingsReport,
            output => Write(output, report, arguments.GetValue(_origin))
        );
        return report.Errors.IsEmpty ? ExitCode.Ok : ExitCode.InvalidPolicy;
    }

    /// <summary>Writes the settings for a person.</summary>
    internal static void Write(TextWriter output, SettingsReport report, bool showsOrigin)
    {
        TableColumn[] columns = ["SETTING", TableColumn.Path("VALUE"), TableColumn.Path("ORIGIN")];
        var table = new Table(showsOrigin ? columns : columns[..2]);
        foreach (var setting in report.Settings)
        {
            var value = setting.Values.IsEmpty ? "(none)" : string.Join(", ", setting.Values);
            table.Add(showsOrigin ? [setting.Key, value, setting.Origin] : [setting.Key, value]);
        }

        table.Write(output, color: false);
    }
}
