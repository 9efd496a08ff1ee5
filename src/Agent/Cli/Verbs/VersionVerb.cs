using System.CommandLine;
using System.Runtime.InteropServices;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Control;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit version</c></summary>
internal sealed class VersionVerb : Verb
{
    private readonly ChoiceOption<OutputFormat> _output = OutputExtensions.CreateOption();

    public VersionVerb(CliConsole console)
        : base(console, "version", "Show the versions of NetEdit, its runtime and the kernel") => Options.Add(_output);

    protected override int Run(ParseResult arguments)
    {
        var version = new VersionInfo(
            ProductInfo.FullVersion,
            RuntimeInformation.FrameworkDescription,
            File.ReadAllText("/proc/sys/kernel/osrelease").Trim()
        );
        Console.Write(
            _output.Get(arguments),
            version,
            OutputJson.Readable.VersionInfo,
            output => output.WriteLine($"netedit {version.Version} ({version.Runtime}, Linux {version.Kernel})")
        );
        return ExitCode.Ok;
    }
}
