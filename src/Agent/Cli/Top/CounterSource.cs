using Microsoft.Extensions.DependencyInjection;
using NetEdit.Adapter;
using NetEdit.Agent.Control;
using NetEdit.Agent.Metrics;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent.Cli.Top;

/// <summary>Reads the counters: of the running agent or, when no agent answers, of the kernel.</summary>
/// <param name="console">Receives a note that no agent answers.</param>
/// <param name="socket">Control socket of the agent.</param>
/// <param name="compose">Makes the parts that read without an agent.</param>
internal sealed class CounterSource(CliConsole console, string socket, Func<ServiceProvider> compose) : IDisposable
{
    private ServiceProvider? _services;
    private DesiredState? _desired;
    private CounterLedger _sums = new();

    /// <summary>Whether the last reading was the agent's.</summary>
    public bool IsOfAgent { get; private set; }

    /// <summary>Reads the counters.</summary>
    /// <exception cref="CliException">No agent answers, and no policies are kept that say whose the kernel's counters are.</exception>
    /// <exception cref="BpfException">No agent answers, and the kernel cannot be read.</exception>
    public CountersReport Read()
    {
        if (ControlClient.Send(socket, new ControlRequest("counters")) is { } answer)
        {
            Forget();
            IsOfAgent = true;
            return answer.Counters ?? throw new CliException(ExitCode.AgentUnreachable, "the agent gave no answer");
        }

        IsOfAgent = false;
        _services ??= compose();
        var adapter = _services.GetRequiredService<BpfAdapter>();
        _desired ??= Desired(_services);
        adapter.Look();
        var usage = adapter.ReadUsage(ObservedState.Empty);
        _sums.Update(_desired, usage.Counters);
        return CountersReport.Of(_sums, _desired, sockets: null, TimeProvider.System);
    }

    /// <inheritdoc/>
    public void Dispose() => Forget();

    /// <summary>An agent may change the policies.</summary>
    private void Forget()
    {
        _services?.Dispose();
        (_services, _desired, _sums) = (null, null, new CounterLedger());
    }

    private DesiredState Desired(ServiceProvider services)
    {
        console.Note($"no agent answers on {socket}; the counters are the kernel's, by the policies kept on disk");
        return services.GetRequiredService<PolicyPreviews>().PreviewKept() is { } preview
            ? preview.Decision.Desired
            : throw new CliException(
                ExitCode.AgentUnreachable,
                $"no agent answers on {socket}, and no policies are kept on disk that say whose the counters are"
            );
    }
}
