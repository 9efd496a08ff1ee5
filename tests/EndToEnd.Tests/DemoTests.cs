using System.Text.Json.Nodes;

namespace NetEdit.EndToEnd.Tests;

[Collection<KernelCollection>]
public sealed class DemoTests
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../../../.."));

    // Several mounts may be stacked. The host's stay: the namespace is the demo's own.
    private static readonly Lazy<NeteditResult> WithoutBpfFileSystem = new(() =>
        Demo(MountNamespace.OfAnotherHostAfter("while umount /sys/fs/bpf 2>/dev/null; do :; done"))
    );
    private static readonly Lazy<NeteditResult> First = new(() => Demo([], "-o", "json"));

    [KernelFact]
    public void The_demo_shows_an_effect_of_every_example_policy_and_removes_everything()
    {
        var demo = First.Value;

        var rows = demo.Json["rows"]!.AsArray();
        rows.Select(row => (string)row!["policy"]!)
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ShouldBe([
                "backup",
                "batch",
                "datacenter",
                "host-defaults",
                "image-generation",
                "rpc",
                "storage-reads",
                "wan-replication",
            ]);
        rows.ShouldAllBe(row => (string)row!["before"]! != (string)row["after"]!);
        demo.Json["leftBehind"]!.AsArray().ShouldBeEmpty();
    }

    [KernelFact]
    public void Each_row_of_the_demo_is_what_its_policy_sets_and_the_same_in_every_run()
    {
        var rows = First.Value.Json["rows"]!.AsArray();
        Demo([], "-o", "json").Json["rows"]!.ToJsonString().ShouldBe(rows.ToJsonString());

        var knobs = KnobsOfFeatures();
        foreach (var row in rows)
        {
            var text = File.ReadAllText(Path.Combine(Root, "policies", $"{row!["policy"]}.yaml"));
            var tuning = text.Split('\n').SkipWhile(line => line != "  tuning:").Skip(1).ToList();
            var features = Keys(tuning, indent: 4);
            var settable = features.SelectMany(feature => knobs[feature]).Concat(Keys(tuning, indent: 6));
            var sets = Words(row["sets"]!);
            sets.ShouldNotBeEmpty(row.ToJsonString());
            sets.ShouldBeSubsetOf(settable, row.ToJsonString());
            var ends = Words(row["setAt"]!);
            ends.ShouldNotBeEmpty(row.ToJsonString());
            var isOutbound = text.Contains("direction: outbound", StringComparison.Ordinal);
            ends.ShouldBeSubsetOf(isOutbound ? ["client"] : ["client", "server"], row.ToJsonString());
        }
    }

    [KernelFact]
    public void The_demo_takes_the_pins_of_a_bpf_file_system_it_mounts_for_the_kernels_own()
    {
        var demo = WithoutBpfFileSystem.Value;

        demo.Errors.ShouldContain("mounted the BPF file system at /sys/fs/bpf; it stays mounted");
        demo.Output.ShouldContain("removed: the kernel holds nothing of the demo any more");
    }

    [KernelFact]
    public void What_the_demo_says_comes_next_works_as_it_is_printed()
    {
        var lines = WithoutBpfFileSystem.Value.Output.TrimEnd().Split('\n');
        var next = lines[(Array.IndexOf(lines, "next:") + 1)..];
        next.Length.ShouldBe(3);
        var commands = next.Select(line => Cells(line.Trim())[0].Split(' ')).ToList();
        commands.ShouldAllBe(command => command[0] == "netedit");

        commands.Select(command => command[1]).ShouldBe(["validate", "plan", "apply"]);
        Netedit.Run(commands[0][1..]).ExitCode.ShouldBe(0);
        Netedit.Run([.. commands[1][1..], "--ledger", "ne-demo-next"]).ExitCode.ShouldBe(2);
    }

    /// <summary>The values before are this host's; the others are those of any host.</summary>
    [KernelFact]
    public void The_table_of_the_README_is_what_the_demo_prints()
    {
        var readme = File.ReadAllText(Path.Combine(Root, "README.md"));
        var start = readme.IndexOf("POLICY  ", StringComparison.Ordinal);
        var shown = Rows(readme[start..readme.IndexOf("```", start, StringComparison.Ordinal)]);

        shown.Count.ShouldBe(10);
        shown.ShouldBeSubsetOf(Rows(WithoutBpfFileSystem.Value.Output));
    }

    private static NeteditResult Demo(string[] wrapper, params string[] arguments)
    {
        using var guard = new Lab.ResidueGuard();
        NeteditResult? outcome = null;
        DctcpName.Retry(() =>
        {
            string[] line = ["demo", .. arguments];
            outcome = wrapper.Length == 0 ? Netedit.Run(line) : Netedit.RunUnder(wrapper, line);
            return DctcpName.WasTaken(outcome.ToString()) ? outcome.ToString() : null;
        });
        outcome!.ExitCode.ShouldBe(0, outcome.ToString());
        return outcome;
    }

    /// <summary>Policy, knob, value after, and source of each row of the table at the beginning of a text.</summary>
    private static List<string> Rows(string text)
    {
        var rows = new List<string>();
        var policy = "";
        foreach (var line in text.Split('\n').Skip(1).TakeWhile(line => line.Contains("  ", StringComparison.Ordinal)))
        {
            var cells = Cells(line);
            policy = cells[0].Length > 0 ? cells[0] : policy;
            rows.Add(string.Join(" | ", policy, cells[1], cells[3], cells[4]));
        }

        return rows;
    }

    /// <summary>Cells of a line whose columns are at least two blanks apart; the first may be empty.</summary>
    private static string[] Cells(string line)
    {
        var cells = line.Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return line.StartsWith("  ", StringComparison.Ordinal) ? ["", .. cells] : cells;
    }

    /// <summary>Keys of the lines that are indented so far.</summary>
    private static IEnumerable<string> Keys(IEnumerable<string> lines, int indent) =>
        from line in lines
        let colon = line.IndexOf(':', StringComparison.Ordinal)
        where colon > 0 && line.Length - line.TrimStart().Length == indent
        select line[indent..colon];

    private static List<string> Words(JsonNode list) => [.. list.AsArray().Select(word => (string)word!)];

    /// <summary>Of the README's table of features: what each sets.</summary>
    private static Dictionary<string, List<string>> KnobsOfFeatures()
    {
        var knobs = File.ReadLines(Path.Combine(Root, "README.md"))
            .Where(line => line.Contains("](docs/features/", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Where(cells => cells.Length > 3 && cells[1].StartsWith('['))
            .ToDictionary(
                cells => cells[1][1..cells[1].IndexOf(']', StringComparison.Ordinal)],
                cells => cells[3].Split(',', StringSplitOptions.TrimEntries).ToList(),
                StringComparer.Ordinal
            );

        // Its program runs by itself: a hook, and no knob.
        knobs["setsockopt-guard"].Add("cgroup/setsockopt");
        return knobs;
    }
}
