using System.Text.Json.Nodes;
using NetEdit.Lab;
using Shouldly;

namespace NetEdit.TestKit;

/// <summary>
/// Two hosts, a cgroup, a policy directory, a ledger and ports of its own. Disposing ends the agents, uninstalls, and proves that nothing of
/// the scene is left: no pin, no link of its cgroup, no network namespace; where it has the kernel alone, that nothing at all is left.
/// </summary>
public sealed class Scene : IDisposable
{
    private readonly ResidueGuard? _guard = SideBySide.HasKernelAlone ? new() : null;
    private readonly List<AgentProcess> _agents = [];
    private readonly string _root = Directory
        .CreateDirectory(
            $"/run/netedit-e2e-{System.Security.Cryptography.RandomNumberGenerator.GetHexString(8, lowercase: true)}",
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        )
        .FullName; // below /tmp nothing is trusted

    public Scene()
    {
        Ledger = "ne-e2e-" + Guid.NewGuid().ToString("N")[..8];
        Network = LabNetwork.Create(new LabNetworkOptions { Subnet = SideBySide.Number });
        Cgroup = LabCgroup.Create();
        Policies = Combine("policies");
        Directory.CreateDirectory(Policies);
    }

    public string Ledger { get; }

    public LabNetwork Network { get; }

    public LabCgroup Cgroup { get; }

    /// <summary>The policy directory.</summary>
    public string Policies { get; }

    public string Socket => Combine("agent.sock");

    /// <summary>Where the state files of ledgers are.</summary>
    public string State => Combine("state");

    /// <summary>A state file of the scene's ledger.</summary>
    public string StateFile(string name) => Combine("state", Ledger, name);

    /// <summary>What is paused until the host restarts.</summary>
    public string RuntimePauses => $"/run/netedit/{Ledger}.pauses.json";

    /// <summary>Directory of the ledger's pins.</summary>
    public string Pins => "/sys/fs/bpf/" + Ledger;

    /// <summary>Pin of the link of the only chain.</summary>
    public string ChainLink => Directory.GetFiles(Pins + "/chains", "link", SearchOption.AllDirectories).Single();

    /// <summary>Pins of the shared maps.</summary>
    public IReadOnlyList<string> MapPins =>
        [.. Directory.GetFiles(Pins + "/maps", "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>A path in the scene's own directory.</summary>
    public string Combine(params string[] parts) => Path.Combine([_root, .. parts]);

    /// <summary>Writes a policy file as config pushes do: under another name, then renamed.</summary>
    public string Write(string name, string content)
    {
        var path = Path.Combine(Policies, name);
        var temporary = Path.Combine(Policies, "." + name);
        File.WriteAllText(temporary, content);
        Native.Rename(temporary, path);
        return path;
    }

    /// <summary>Writes a policy of the initial window for all connections of a cgroup.</summary>
    public string WriteWindow(int segments, LabCgroup? cgroup = null, string name = "web", int priority = 0) =>
        Write(
            name + ".yaml",
            Yaml.Policy(name, (cgroup ?? Cgroup).Path, $"initial-cwnd: {{ segments: {segments} }}", priority)
        );

    /// <summary>Starts an agent on the policy directory and waits for its first pass.</summary>
    public AgentProcess StartAgent(params string[] arguments)
    {
        var agent = Launch(arguments);
        agent.WaitForFirstPass();
        return agent;
    }

    /// <summary>Starts an agent and returns at once.</summary>
    /// <param name="arguments">Further arguments; a second <c>--policies</c> is not allowed.</param>
    /// <param name="wrapper">Program that execs it.</param>
    /// <param name="policies">Another policy directory.</param>
    /// <param name="port">Port of its HTTP server; null for a free one.</param>
    /// <param name="allowEmpty">Whether it removes all tuning when the last policy goes; an agent by itself does not.</param>
    public AgentProcess Launch(
        string[] arguments,
        string[]? wrapper = null,
        string? policies = null,
        int? port = null,
        bool allowEmpty = true
    )
    {
        string[] empty = allowEmpty ? ["--allow-empty"] : [];
        /* Whatever happens has another cause. */
        var interval = arguments.Contains("--interval") ? Array.Empty<string>() : ["--interval", "1h"];
        var agent = AgentProcess.StartOn(
            port ?? Ports.Next(),
            [
                "--policies",
                policies ?? Policies,
                "--ledger",
                Ledger,
                "--state",
                State,
                .. interval,
                .. empty,
                .. arguments,
            ],
            Socket,
            wrapper ?? []
        );
        _agents.Add(agent);
        return agent;
    }

    /// <summary>Runs a verb on the scene's ledger.</summary>
    public NeteditResult Run(params IEnumerable<string> arguments) => Netedit.Run(Complete([.. arguments]));

    /// <summary>Runs a verb on the scene's ledger and policies.</summary>
    public NeteditResult RunWithPolicies(params IEnumerable<string> arguments) =>
        Run([.. arguments, "--policies", Policies]);

    /// <summary>What a verb that reads the kernel, not the agent, sees.</summary>
    public JsonNode ReadKernel() => Run("status", "-o", "json").Json["kernel"]!;

    /// <summary>Link and program of every chain: they change when something is attached or loaded.</summary>
    public string ReadChainIds() => Ids(ReadKernel());

    /// <summary>The same of a status.</summary>
    public static string Ids(JsonNode kernel) =>
        string.Join(
            "; ",
            kernel["chains"]!
                .AsArray()
                .Select(chain => $"{chain!["scope"]} link {chain["linkId"]} program {chain["programId"]}")
                .Concat(
                    kernel["programs"]!
                        .AsArray()
                        .Select(program =>
                            $"{program!["hook"]} {program["target"]} links {program["linkIds"]} program "
                            + $"{program["programId"]}"
                        )
                )
        );

    /// <summary>Opens a connection whose ends are in the scene's cgroup, unless said otherwise.</summary>
    public TcpPair Connect(TcpPairOptions? options = null) =>
        TcpPair.Open(Network, options ?? new TcpPairOptions { ClientCgroup = Cgroup, ServerCgroup = Cgroup });

    /// <summary>The congestion window that a new connection of a cgroup starts with.</summary>
    public int Window(LabCgroup? cgroup = null)
    {
        using var pair = Connect(new TcpPairOptions { ClientCgroup = cgroup ?? Cgroup });
        return (int)TcpInfo.Read(pair.Client).CongestionWindow;
    }

    /// <summary>A verb's arguments with the scene's ledger and state.</summary>
    private string[] Complete(string[] arguments)
    {
        string[] state = arguments[0] is "gc" or "status" ? [] : ["--state", State];
        return [.. arguments, "--ledger", Ledger, .. state];
    }

    public void Dispose()
    {
        // In any case all of it, so that one failure is not taken for others.
        try
        {
            _agents.ForEach(agent => agent.Dispose());
            var uninstalled = Run("uninstall");
            uninstalled.ExitCode.ShouldBe(0, uninstalled.ToString());
            Directory.Exists(Pins).ShouldBeFalse();
            Eventually.True(
                () => KernelResidue.LinksOf(Cgroup).IsEmpty,
                "no link of the scene's cgroup is left",
                () => string.Join("\n", KernelResidue.LinksOf(Cgroup))
            );
        }
        finally
        {
            Cgroup.Dispose();
            Network.Dispose();
            Directory.Delete(_root, recursive: true);
            File.Delete($"/run/netedit/{Ledger}.lock");
        }

        _guard?.Dispose();
    }
}
