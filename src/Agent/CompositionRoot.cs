using Microsoft.Extensions.DependencyInjection;
using NetEdit.Adapter;
using NetEdit.Agent.Containers;
using NetEdit.Agent.Daemon;
using NetEdit.Agent.Events;
using NetEdit.Agent.Host;
using NetEdit.Agent.Native;
using NetEdit.Agent.Pausing;
using NetEdit.Agent.Persistence;
using NetEdit.Agent.Plugins;
using NetEdit.Agent.Policies;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent;

/// <summary>What a verb works on.</summary>
/// <param name="Ledger">Name of the ledger.</param>
/// <param name="FeatureDirectories">Directories of plugins besides the built-in one.</param>
/// <param name="Policies">Policy directories or files; empty when the verb needs none.</param>
/// <param name="Agent">How the agent runs; null for every other verb.</param>
internal sealed record CompositionOptions(
    string Ledger,
    IReadOnlyList<string> FeatureDirectories,
    IReadOnlyList<string> Policies,
    AgentOptions? Agent = null
)
{
    /// <summary>Directory that holds a directory of state files per ledger; null for the usual one.</summary>
    public string? StateDirectory { get; init; }

    /// <summary>Name of the verb, as events say it.</summary>
    public string Verb { get; init; } = "";

    /// <summary>Whether policies that give nothing to any host are meant: what is in force is then removed.</summary>
    public bool AllowEmpty { get; init; }
}

/// <summary>
/// Puts the parts together. Everything is made when it is first asked for, so a verb opens the adapter, or loads a plugin, only when it
/// needs it; factories instead of types, so that nothing is reflected over.
/// </summary>
internal static class CompositionRoot
{
    public static ServiceProvider Create(CompositionOptions options, CliConsole console)
    {
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(_ => new FeatureCatalog([
            FeatureCatalog.BuiltInDirectory,
            .. options.FeatureDirectories,
        ]));
        services.AddSingleton<IFeatureCatalog>(provider => provider.GetRequiredService<FeatureCatalog>());
        services.AddSingleton(_ => OpenAdapter(options.Ledger));
        services.AddSingleton(_ => new HostFactsReader());
        services.AddSingleton(provider => new ContainerNames(
            RuntimeAddress.Usual,
            provider.GetRequiredService<TimeProvider>(),
            isPatient: options.Agent is null
        ));
        services.AddSingleton(_ => new PolicyFiles(options.Policies));
        services.AddSingleton(provider => new LedgerState(
            new StateDirectory(StatePaths.Of(options.StateDirectory, options.Ledger)),
            new StateDirectory(RuntimePaths.Directory),
            options.Ledger,
            StatePaths.Kernel(),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(provider => new EventRecorder(
            new EventFile(provider.GetRequiredService<LedgerState>().Path),
            options.Verb,
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(provider => new PauseSwitch(
            options.Ledger,
            provider.GetRequiredService<BpfAdapter>(),
            provider.GetRequiredService<IFeatureCatalog>,
            provider.GetRequiredService<LedgerState>()
        ));

        services.AddSingleton<IPolicySource>(provider => new DirectoryPolicySource(
            provider.GetRequiredService<PolicyFiles>(),
            provider.GetRequiredService<IFeatureCatalog>()
        ));
        services.AddSingleton(provider => new KeptPolicySource(
            () => provider.GetRequiredService<LedgerState>().Policies,
            provider.GetRequiredService<IFeatureCatalog>()
        ));

        // Only an agent falls back on policies of yesterday; whoever calls a verb wants those that it names.
        services.AddSingleton(provider => new CurrentPolicies(
            provider.GetRequiredService<IPolicySource>(),
            options.Agent is null ? null : provider.GetRequiredService<KeptPolicySource>(),
            options.AllowEmpty
        ));
        services.AddSingleton(provider => new HostPolicies(
            provider.GetRequiredService<BpfAdapter>(),
            provider.GetRequiredService<IFeatureCatalog>(),
            provider.GetRequiredService<CurrentPolicies>(),
            provider.GetRequiredService<KeptPolicySource>(),
            provider.GetRequiredService<HostFactsReader>(),
            provider.GetRequiredService<ContainerNames>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(provider => new Stability(
            provider.GetRequiredService<LedgerState>(),
            provider.GetRequiredService<IFeatureCatalog>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(provider => new Reconciler(
            provider.GetRequiredService<BpfAdapter>(),
            provider.GetRequiredService<IFeatureCatalog>(),
            provider.GetRequiredService<HostPolicies>(),
            provider.GetRequiredService<Stability>(),
            provider.GetRequiredService<LedgerState>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(provider => new PolicyPreviews(
            provider.GetRequiredService<BpfAdapter>(),
            provider.GetRequiredService<IFeatureCatalog>(),
            provider.GetRequiredService<HostPolicies>(),
            provider.GetRequiredService<Stability>(),
            provider.GetRequiredService<LedgerState>()
        ));
        services.AddSingleton(provider => new ConnectionExplanations(
            provider.GetRequiredService<BpfAdapter>(),
            provider.GetRequiredService<IFeatureCatalog>(),
            provider.GetRequiredService<HostPolicies>(),
            provider.GetRequiredService<Reconciler>(),
            provider.GetRequiredService<Stability>()
        ));
        services.AddSingleton(provider => new Audits(
            provider.GetRequiredService<BpfAdapter>(),
            provider.GetRequiredService<IFeatureCatalog>(),
            provider.GetRequiredService<ConnectionExplanations>(),
            provider.GetRequiredService<Reconciler>(),
            provider.GetRequiredService<LedgerState>(),
            provider.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(provider => new Removal(
            provider.GetRequiredService<BpfAdapter>(),
            provider.GetRequiredService<LedgerState>()
        ));
        services.AddSingleton(provider => new Retries(
            provider.GetRequiredService<BpfAdapter>(),
            provider.GetRequiredService<Stability>()
        ));
        if (options.Agent is { } agent)
        {
            services.AddSingleton(provider => new AgentLog(
                console.Error,
                agent.LogFormat,
                provider.GetRequiredService<TimeProvider>()
            ));
            services.AddSingleton(provider => new AgentParts(
                provider.GetRequiredService<BpfAdapter>(),
                provider.GetRequiredService<FeatureCatalog>(),
                provider.GetRequiredService<HostPolicies>(),
                provider.GetRequiredService<Reconciler>(),
                provider.GetRequiredService<ConnectionExplanations>(),
                provider.GetRequiredService<Audits>(),
                provider.GetRequiredService<Removal>(),
                provider.GetRequiredService<Retries>(),
                provider.GetRequiredService<EventRecorder>()
            ));
            services.AddSingleton(provider => new AgentDaemon(
                agent,
                provider.GetRequiredService<AgentParts>(),
                provider.GetRequiredService<AgentLog>(),
                provider.GetRequiredService<TimeProvider>()
            ));
        }

        return services.BuildServiceProvider();
    }

    private static BpfAdapter OpenAdapter(string ledger)
    {
        // Only root can write the cache, and only root can use the adapter; anyone else gets the adapter's own answer.
        return BpfAdapter.Open(
            new AdapterOptions
            {
                Ledger = ledger,
                CapabilityCache =
                    SystemCalls.EffectiveUserId() == 0 && MayBeMade(RuntimePaths.CapabilityCache)
                        ? RuntimePaths.CapabilityCache
                        : null,
            }
        );
    }

    /// <summary>Whether a file's directory exists or was made. What is kept there saves time, and is not needed.</summary>
    private static bool MayBeMade(string file)
    {
        try
        {
            RuntimePaths.OpenDirectoryOf(file).Dispose();
            return true;
        }
        catch (Exception exception) when (exception is IOException or CliException)
        {
            return false;
        }
    }
}
