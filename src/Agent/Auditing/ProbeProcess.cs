using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using NetEdit.Agent.Cli.Verbs;

namespace NetEdit.Agent.Auditing;

/// <summary>A connection that a policy wants to be made.</summary>
/// <param name="Policy">Name of the policy.</param>
/// <param name="Peer">Where to.</param>
/// <param name="Cgroup">Directory of the cgroup it is made in; null for that of this process.</param>
internal sealed record ProbeTarget(string Policy, IPEndPoint Peer, string? Cgroup);

/// <summary>
/// Holds probe connections open until it is disposed. They are made by a child process, because a socket belongs to the cgroup that its maker is in; it goes from
/// one to the next, makes a socket in each, and back before it connects.
/// </summary>
internal sealed class ProbeProcess : IAsyncDisposable
{
    // More than the child waits for its peers, so that its start may take a while on a busy host.
    private static readonly TimeSpan Patience = ProbeVerb.Patience + TimeSpan.FromSeconds(10);

    private readonly Process? _process;

    private ProbeProcess(Process? process, ImmutableArray<AuditProbe> probes) => (_process, Probes) = (process, probes);

    /// <summary>What came of each.</summary>
    public ImmutableArray<AuditProbe> Probes { get; }

    /// <summary>Own ends of the connections.</summary>
    public IEnumerable<IPEndPoint> Ends => Probes.Select(probe => probe.Local).OfType<string>().Select(IPEndPoint.Parse);

    /// <summary>Opens connections; what goes wrong with one is in <see cref="Probes"/>.</summary>
    /// <param name="targets">Which.</param>
    /// <param name="home">Directory of this process's cgroup; null when it has none.</param>
    /// <param name="stop">Ends it.</param>
    public static async Task<ProbeProcess> OpenAsync(ImmutableArray<ProbeTarget> targets, string? home, CancellationToken stop)
    {
        if (targets.IsEmpty)
        {
            return new ProbeProcess(null, []);
        }

        Process? process = null;
        string?[] answers = new string?[targets.Length];
        try
        {
            process = Process.Start(Self())!;
            await process.StandardInput.WriteLineAsync(home);
            foreach (var target in targets)
            {
                await process.StandardInput.WriteLineAsync($"{target.Peer} {target.Cgroup}");
            }

            await process.StandardInput.WriteLineAsync();
            await process.StandardInput.FlushAsync(stop);
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
            patience.CancelAfter(Patience);
            for (var i = 0; i < answers.Length; i++)
            {
                answers[i] = await process.StandardOutput.ReadLineAsync(patience.Token);
            }
        }
        catch (Exception exception) when (exception is IOException or System.ComponentModel.Win32Exception or OperationCanceledException && !stop.IsCancellationRequested)
        {
            // Its answers are missing.
        }

        return new ProbeProcess(process, [.. targets.Zip(answers, Read)]);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is null)
        {
            return;
        }

        using (_process)
        {
            using var patience = new CancellationTokenSource(ProbeVerb.Patience);
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

    private static AuditProbe Read(ProbeTarget target, string? answer) => answer?.Split(' ', 2) switch
    {
        [ProbeVerb.Connected, var local] => new AuditProbe(target.Policy, target.Peer.ToString(), local, null),
        [_, var problem] => new AuditProbe(target.Policy, target.Peer.ToString(), null, problem),
        _ => new AuditProbe(target.Policy, target.Peer.ToString(), null, "the process that makes probes gave no answer"),
    };

    /// <summary>This program with the verb that makes the connections; started by hand it is run by <c>dotnet</c>.</summary>
    private static ProcessStartInfo Self()
    {
        var program = Environment.ProcessPath!;
        string[] assembly = Path.GetFileNameWithoutExtension(program) == "dotnet" ? [Path.Combine(AppContext.BaseDirectory, "netedit.dll")] : [];
        return new ProcessStartInfo(program, [.. assembly, ProbeVerb.Word]) { UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true };
    }
}
