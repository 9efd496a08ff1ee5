using System.Globalization;
using System.Text;
using NetEdit.Adapter;
using NetEdit.Bench.Kernel;
using NetEdit.Bench.Running;
using NetEdit.Lab;
using NetEdit.Model;

namespace NetEdit.Bench.Benchmarks;

/// <summary>How often a pass enters the kernel when nothing but values changed.</summary>
internal static class ValueCallsMeasurement
{
    private const int Profiles = 100;
    private const int Rounds = 5;
    private const string Ledger = "ne-bench";
    private static readonly int[] Changes = [1, 10, 100];

    internal static string Method =>
        $"""
            Changing values: {Profiles} policies of one scope with a peer each, so {Profiles} profiles; a pass of an adapter that is open, after the parameters of {string.Join(
                ", ",
                Changes
            )} policies changed, {Rounds} times each. bpf() calls of the process are counted at the kernel's
            entry by a program on the tracepoint sys_enter; writing are those that make, write, delete, load, pin, attach or freeze something, all others only read or open. A pass in which nothing changed shows how many of the reading ones a pass takes anyway.
            """;

    internal static IEnumerable<Figure> Run(Action<string> progress)
    {
        progress("value changes: calls");
        using var cgroup = LabCgroup.Create();
        using var directory = new TemporaryDirectory();
        using var adapter = BpfAdapter.Open(new AdapterOptions { Ledger = Ledger });
        using var calls = new BpfCalls();
        var features = new InstalledFeatures();
        var values = new int[Profiles];
        Array.Fill(values, 10);
        Write(directory, cgroup, values);
        try
        {
            Pass.Run(adapter, features, directory.Path);
            List<Figure> figures = [];
            foreach (var changed in Changes)
            {
                List<CallCount> counts = [];
                for (var round = 0; round < Rounds; round++)
                {
                    for (var policy = 0; policy < changed; policy++)
                    {
                        values[policy]++;
                    }

                    Write(directory, cgroup, values);
                    counts.Add(
                        calls.Of(() =>
                            Expect(changed, Pass.Run(adapter, features, directory.Path).OfType<WriteProfile>().Count())
                        )
                    );
                }

                progress($"{changed} changed: {counts[^1].Commands}");
                figures.Add(
                    new Figure(
                        $"{changed} changed profiles: writing bpf() calls per profile",
                        "",
                        [.. counts.Select(count => (double)count.Writing / changed)],
                        Target.Most(1)
                    )
                );
                figures.Add(
                    new Figure(
                        $"{changed} changed profiles: reading bpf() calls of the pass",
                        "",
                        [.. counts.Select(count => (double)count.Reading)]
                    )
                );
            }

            double[] idle =
            [
                .. Enumerable
                    .Range(0, Rounds)
                    .Select(_ =>
                        (double)calls.Of(() => Expect(0, Pass.Run(adapter, features, directory.Path).Length)).Reading
                    ),
            ];
            figures.Add(new Figure($"nothing changed, {Profiles} profiles: reading bpf() calls of the pass", "", idle));
            return figures;
        }
        finally
        {
            Pass.Uninstall(Ledger);
        }
    }

    private static void Expect(int expected, int found)
    {
        if (found != expected)
        {
            throw new InvalidOperationException($"{found} changes instead of {expected}");
        }
    }

    private static void Write(TemporaryDirectory directory, LabCgroup cgroup, int[] values)
    {
        var yaml = new StringBuilder();
        for (var policy = 0; policy < values.Length; policy++)
        {
            yaml.Append(
                CultureInfo.InvariantCulture,
                $$"""
                ---
                apiVersion: netedit/v1
                kind: TuningPolicy
                metadata: { name: p{{policy}} }
                spec:
                  scope: { cgroup: {{cgroup.Path}} }
                  connections: [{ peers: [10.0.{{policy}}.0/24] }]
                  tuning:
                    initial-cwnd: { segments: {{values[policy]}} }

                """
            );
        }

        File.WriteAllText(directory.File("policies.yaml"), yaml.ToString());
    }
}
