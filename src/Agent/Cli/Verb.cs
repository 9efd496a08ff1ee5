using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Agent.Persistence;
using NetEdit.Agent.Plugins;
using NetEdit.Agent.Reconciliation;

namespace NetEdit.Agent.Cli;

/// <summary>A verb of the command line. A new one is a new file in <c>Verbs/</c> and a line in <see cref="CommandTree"/>.</summary>
internal abstract class Verb : Command
{
    protected Verb(CliConsole console, string name, string description)
        : base(name, description)
    {
        Console = console;
        SetAction(Run);
    }

    protected CliConsole Console { get; }

    /// <summary>Does the work.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    /// <exception cref="CliException">The verb cannot go on.</exception>
    protected abstract int Run(ParseResult arguments);

    /// <summary>Puts the parts together that the verb works with, and says what is wrong with the plugins.</summary>
    protected ServiceProvider Compose(CompositionOptions options)
    {
        var services = CompositionRoot.Create(options with { Verb = Name }, Console);
        foreach (var problem in services.GetRequiredService<FeatureCatalog>().Problems)
        {
            Console.Warn($"plugin {problem}");
        }

        return services;
    }

    /// <summary>Does the work without an agent: with the ledger locked, unless it only looks.</summary>
    /// <typeparam name="TPart">The part that does it.</typeparam>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <param name="services">What the verb works with; disposed afterwards.</param>
    /// <param name="ledger">The ledger.</param>
    /// <param name="work">The work.</param>
    /// <param name="looksOnly">Whether nothing is changed.</param>
    protected static T Directly<TPart, T>(
        ServiceProvider services,
        string ledger,
        Func<TPart, T> work,
        bool looksOnly = false
    )
        where TPart : notnull
    {
        using (services)
        {
            var part = services.GetRequiredService<TPart>();
            using var own = looksOnly ? null : AgentLock.Take(RuntimePaths.Lock(ledger));
            return work(part);
        }
    }

    /// <summary>The parts of a verb that needs no policies.</summary>
    protected ServiceProvider Compose(string ledger, string? state) =>
        CompositionRoot.Create(new CompositionOptions(ledger, [], []) { StateDirectory = state, Verb = Name }, Console);

    /// <summary>Says what is wrong with the state files.</summary>
    protected void WarnOf(IEnumerable<StateProblem> problems)
    {
        foreach (var problem in problems)
        {
            Console.Warn(problem.Message);
        }
    }
}
