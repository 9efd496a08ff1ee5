using System.Diagnostics;
using System.Globalization;
using System.Text;
using NetEdit.Adapter;
using NetEdit.Lab;

namespace NetEdit.TestKit;

/// <summary>A ledger with its agent, its policies and its cgroups. Its outer and inner cgroup are tuned at every moment, whatever else comes and goes.</summary>
public sealed class ChurnTenant : IDisposable
{
    /// <summary>No policy gives less, and an untuned connection starts with 10.</summary>
    public const int LeastWindow = 30;

    private const int Rest = LeastWindow;
    private const int ManyPolicies = 80;

    private readonly Random _random;
    private readonly string _program;
    private readonly string _directory;
    private readonly bool _dctcp;
    private readonly LabCgroup _sibling;
    private LabCgroup? _passing;
    private ChurnAgent _agent;

    public ChurnTenant(string name, string program, string directory, bool dctcp, Random random)
    {
        (_program, _directory, _dctcp, _random) = (program, Path.Combine(directory, name), dctcp, random);
        Name = name;
        Ledger = $"ne-churn-{name}-{Guid.NewGuid().ToString("N")[..6]}";
        Outer = LabCgroup.Create();
        Inner = Outer.CreateChild();
        _sibling = LabCgroup.Create();
        Directory.CreateDirectory(Policies);
        Write("always", Outer.Path, Window(Rest));
        Write("passing", Outer.Path + "/passing", "receive-window: { buffer: 256KiB }");
        _agent = Start();
    }

    public string Name { get; }

    public string Ledger { get; }

    /// <summary>A scope that some policy gives a window at every moment.</summary>
    public LabCgroup Outer { get; }

    /// <summary>A scope inside it: tuned by its own policies, or by the outer one's.</summary>
    public LabCgroup Inner { get; }

    /// <summary>A scope that is tuned at times only.</summary>
    public LabCgroup Sibling => _sibling;

    public ChurnAgent Agent => _agent;

    private string Policies => Path.Combine(_directory, "policies");

    /// <summary>Changes one thing, at random.</summary>
    public void Change()
    {
        switch (_random.Next(8))
        {
            case 0 or 1:
                Write("always", Outer.Path, Window(_random.Next(LeastWindow, 60)));
                break;
            case 2:
                Toggle(
                    "window",
                    () =>
                        Write(
                            "window",
                            Outer.Path,
                            $"receive-window: {{ initial: {64 << _random.Next(3)}KiB, clamp: 4MiB }}"
                        )
                );
                break;
            case 3:
                Toggle("inner", () => Write("inner", Inner.Path, Window(_random.Next(60, 90))));
                break;
            case 4:
                Toggle("inner-window", () => Write("inner-window", Inner.Path, "receive-window: { buffer: 512KiB }"));
                break;
            case 5:
                Toggle("sibling", () => Write("sibling", _sibling.Path, _dctcp ? "dctcp: {}" : Window(50)));
                break;
            case 6:
                Toggle("many", WriteMany);
                break;
            default:
                Pass();
                break;
        }
    }

    /// <summary>Ends the agent and starts another.</summary>
    public void Restart(bool crash)
    {
        _agent.End(crash);
        _agent.Dispose();
        _agent = Start();
    }

    /// <summary>Everything that can be large at once, so that what grows with need has grown.</summary>
    public void Fill()
    {
        WriteMany();
        _agent.WaitUntilUnchanged();
    }

    /// <summary>Brings the policies to where they were at the start and waits until the kernel follows, so that two moments can be compared.</summary>
    public void Settle()
    {
        foreach (
            var file in Directory
                .GetFiles(Policies)
                .Where(file => Path.GetFileNameWithoutExtension(file) is not ("always" or "passing"))
        )
        {
            File.Delete(file);
        }

        _passing?.Dispose();
        _passing = null;
        Write("always", Outer.Path, Window(Rest));
        _agent.WaitUntilUnchanged();
    }

    /// <summary>Pins that belong to nothing, and congestion controls that wait for their sockets; null when the ledger changed while it was read.</summary>
    public (int Orphans, int Draining)? ReadLedger()
    {
        try
        {
            using var adapter = BpfAdapter.Open(new AdapterOptions { Ledger = Ledger });
            var observed = adapter.Observe();
            return (observed.Orphans.Length, observed.Algorithms.Count(algorithm => !algorithm.Registered));
        }
        catch (Exception changing) when (changing is BpfException or IOException)
        {
            return null;
        }
    }

    public void Dispose()
    {
        _agent.Dispose();
        try
        {
            Uninstall();
        }
        finally
        {
            _passing?.Dispose();
            _sibling.Dispose();
            Inner.Dispose();
            Outer.Dispose();
            File.Delete($"/run/netedit/{Ledger}.lock");
        }
    }

    private static string Window(int segments) =>
        string.Create(CultureInfo.InvariantCulture, $"initial-cwnd: {{ segments: {segments} }}");

    private ChurnAgent Start() =>
        new(
            _program,
            Path.Combine(_directory, "agent.sock"),
            [
                "--policies",
                Policies,
                "--ledger",
                Ledger,
                "--state",
                Path.Combine(_directory, "state"),
                "--interval",
                "2s",
            ]
        );

    private void Uninstall()
    {
        using var process = Process.Start(
            "dotnet",
            [_program, "uninstall", "--ledger", Ledger, "--state", Path.Combine(_directory, "state")]
        );
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new LabException($"uninstall ended with {process.ExitCode}");
        }
    }

    private void Pass()
    {
        if (_passing is null)
        {
            _passing = Outer.CreateChild("passing");
            return;
        }

        _passing.Dispose();
        _passing = null;
    }

    private void Toggle(string name, Action add)
    {
        var file = Path.Combine(Policies, name + ".yaml");
        if (File.Exists(file))
        {
            File.Delete(file);
        }
        else
        {
            add();
        }
    }

    /* More profiles than the tables are made for at first. */
    private void WriteMany()
    {
        var yaml = new StringBuilder();
        for (var policy = 0; policy < ManyPolicies; policy++)
        {
            yaml.Append(
                Yaml(
                    $"many-{policy}",
                    _sibling.Path,
                    Window(40),
                    $"  connections: [{{ peers: [10.9.{policy}.0/24] }}]\n"
                )
            );
        }

        Replace("many", yaml.ToString());
    }

    private void Write(string name, string scope, string tuning) => Replace(name, Yaml(name, scope, tuning, ""));

    private void Replace(string name, string text)
    {
        var temporary = Path.Combine(Policies, $".{name}.tmp");
        File.WriteAllText(temporary, text);
        File.Move(temporary, Path.Combine(Policies, name + ".yaml"), overwrite: true);
    }

    private static string Yaml(string name, string scope, string tuning, string connections) =>
        $$"""
            ---
            apiVersion: netedit/v1
            kind: TuningPolicy
            metadata: { name: {{name}} }
            spec:
              scope: { cgroup: {{scope}} }
            {{connections}}  tuning:
                {{tuning}}

            """;
}
