using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Text.Json;
using NetEdit.Agent.Cli.Verbs;
using NetEdit.Model;

namespace NetEdit.Agent.Auditing;

/// <summary>A connection that a policy wants to be made.</summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Peer">Where to.</param>
/// <param name="Cgroup">The cgroup it is made in; null for that of this process.</param>
internal sealed record ProbeTarget(string Policy, IPEndPoint Peer, CgroupPath? Cgroup);

/// <summary>
/// Holds probe connections open until it is disposed. They are made by a child process, because a socket belongs to the cgroup that its maker is in; it goes from
/// one to the next, makes a socket in each, and back before it connects.
/// </summary>
internal sealed class ProbeProcess : IAsyncDisposable
{
    // More than the child waits for its peers, so that its start may take a while on a busy host.
    private static readonly TimeSpan ReplyTimeout = ProbeVerb.ReplyTimeout + TimeSpan.FromSeconds(10);

    private readonly Process? _process;

    private ProbeProcess(Process? process, ImmutableArray<AuditProbe> probes) => (_process, Probes) = (process, probes);

    /// <summary>What came of each.</summary>
    public ImmutableArray<AuditProbe> Probes { get; }

    /// <summary>Opens connections; what goes wrong with one is in <see cref="Probes"/>.</summary>
    /// <param name="targets">Which.</param>
    /// <param name="plan">Where the hierarchy of cgroups is, and this process in it.</param>
    /// <param name="stop">Ends it.</param>
    public static async Task<ProbeProcess> OpenAsync(
        ImmutableArray<ProbeTarget> targets,
        AuditPlan plan,
        CancellationToken stop
    )
    {
        Process? process = null;
        ProbeAnswer[] answers = [];
        var request = new ProbeRequest(
            plan.CgroupMount,
            plan.Home?.ToString(),
            [.. targets.Select(target => new ProbeConnection($"{target.Peer}", target.Cgroup?.ToString()))]
        );
        try
        {
            process = Process.Start(OwnProgram.With(ProbeVerb.Word))!;
            await process.StandardInput.WriteLineAsync(
                JsonSerializer.Serialize(request, ProbeJson.Default.ProbeRequest)
            );
            await process.StandardInput.FlushAsync(stop);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
            patience.CancelAfter(ReplyTimeout);
            answers =
                JsonSerializer.Deserialize(
                    await process.StandardOutput.ReadLineAsync(patience.Token) ?? "[]",
                    ProbeJson.Default.ProbeAnswerArray
                ) ?? [];
        }
        catch (Exception exception)
            when (exception
                    is IOException
                        or JsonException
                        or System.ComponentModel.Win32Exception
                        or OperationCanceledException
                && !stop.IsCancellationRequested
            )
        {
            // Its answers are missing.
        }

        return new ProbeProcess(
            process,
            [.. targets.Select((target, index) => Read(target, answers.ElementAtOrDefault(index)))]
        );
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null)
        {
            return;
        }

        using (_process)
        {
            using var patience = new CancellationTokenSource(ProbeVerb.ReplyTimeout);
            try
            {
                _process.StandardInput.Close();
                await _process.WaitForExitAsync(patience.Token);
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException)
            {
                _process.Kill();
            }
        }
    }

    private static AuditProbe Read(ProbeTarget target, ProbeAnswer? answer) =>
        answer is { Local: { } local } && IPEndPoint.TryParse(local, out _)
            ? new AuditProbe(target.Policy, $"{target.Peer}", local, null)
            : new AuditProbe(
                target.Policy,
                $"{target.Peer}",
                null,
                answer?.Problem ?? "the process that makes probes gave no answer"
            );
}
