using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit schema</c></summary>
internal sealed class SchemaVerb : Verb
{
    private readonly Option<string[]> _features = CommonOptions.Features();

    public SchemaVerb(CliConsole console)
        : base(
            console,
            "schema",
            "Print the JSON Schema of a policy, with the installed features, for editors and checks"
        ) => Options.Add(_features);

    protected override int Run(ParseResult arguments)
    {
        using var services = Compose(
            new CompositionOptions(RuntimePaths.DefaultLedger, arguments.GetValue(_features) ?? [], [])
        );
        Console.Out.Write(PolicySchema.Create(services.GetRequiredService<IFeatureCatalog>()));
        return ExitCode.Ok;
    }
}
