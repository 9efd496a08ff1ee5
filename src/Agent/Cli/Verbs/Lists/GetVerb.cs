using System.CommandLine;

namespace NetEdit.Agent.Cli.Verbs.Lists;

/// <summary><c>netedit get</c></summary>
internal static class GetVerb
{
    public static Command Create(CliConsole console) =>
        new("get", "List policies, features, scopes or connections, a line for each")
        {
            new GetPoliciesVerb(console),
            new GetFeaturesVerb(console),
            new GetScopesVerb(console),
            new GetConnectionsVerb(console),
        };

    /// <summary>An argument that names some of the items.</summary>
    internal static Argument<string[]> Names(string name, string description) =>
        new(name) { Description = description, Arity = ArgumentArity.ZeroOrMore };
}
