using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace NetEdit.Kernels;

/// <summary>The page of results: a table per subject with a column per kernel.</summary>
/// <param name="Compiler">What the programs were compiled with, on which their sizes depend.</param>
/// <param name="Columns">The cells of each kernel, by table and row.</param>
internal sealed partial record MatrixPage(
    string Compiler,
    ImmutableSortedDictionary<KernelBuild, ImmutableDictionary<(string Table, string Row), string>> Columns
)
{
    /// <summary>Variant and state of each feature.</summary>
    public const string Features = "Features";

    /// <summary>What was checked of each feature.</summary>
    public const string Checks = "Checks";

    /// <summary>How programs are attached at each hookpoint, and what was checked.</summary>
    public const string Hookpoints = "Hookpoints";

    /// <summary>What the agent's probes found.</summary>
    public const string Capabilities = "Capabilities";

    /// <summary>Sizes of programs.</summary>
    public const string Programs = "Programs";

    private const string CompiledWith = "Compiled with ";
    private const string Corner = "| |";
    private const string Nothing = "–";

    private static readonly (string Table, string Text)[] Tables =
    [
        (
            Features,
            "The variant of the feature that the agent chose, what it says of it, and the capabilities that "
                + "are missing. `bpf` is the best one."
        ),
        (
            Checks,
            """
            How many of the checks hold, on real connections between two hosts. Of a feature: nothing before; effect, on the wire and in `TCP_INFO`; open
            connections reached, or left alone where the agent says so; a changed value, without a program loaded; off while paused; on when resumed; on while
            the agent is killed; off when its policy goes; its values at both bounds and as its page advertises them, each given in whole unless the agent says what is lost. A feature without other values, or without anything to change later, has fewer. Of all together:
            policies applied; other values without a program loaded; an open connection explained; a policy for a share of the connections, both arms measured; policies for users and interfaces; pause; resume; adopted by the next agent without a change; policies that go leave the others;
            nothing pinned without policies; every two features, and all at once, give a connection what each gives alone; no residue after `uninstall`.
            Of `sysctl`, by an agent in a network namespace of its own: nothing before; effect, in the SYN and `SO_RCVBUF`; on while the agent is killed; adopted; a changed
            value; off while paused; what an administrator sets stays; off when the policy goes; both bounds of every sysctl the kernel has; no residue.
            """
        ),
        (
            Hookpoints,
            """
            A test feature at each hookpoint of standalone programs: how, and how many of the checks hold. They are: it acts, as sockets see it;
            other values, without a program loaded; not while paused, and again when resumed; on while the agent is killed; adopted by the next one with the same ids;
            off when its policy goes. One that only counts has its count in the agent's metrics, and nothing to be seen while no agent runs.
            """
        ),
        (Capabilities, "What the probes found, each by trying."),
        (
            Programs,
            "Instructions after verification, and in parentheses those the verifier looked at (since 5.16), "
                + "for one chain with all features. `congestion control` is the sum of its functions."
        ),
    ];

    /// <summary>The page of some results.</summary>
    public static MatrixPage Of(IEnumerable<KernelResult> results) =>
        new(
            Command.Run(Path.Combine(Directories.Repository, "eng/bpf-compile.sh"), "--version").Trim(),
            results
                .Where(result => result.Report is not null)
                .ToImmutableSortedDictionary(result => result.Kernel, result => Column(result.Report!))
        );

    /// <summary>Reads a page; one that does not exist is empty.</summary>
    public static MatrixPage Read(string path)
    {
        var columns = new SortedDictionary<KernelBuild, ImmutableDictionary<(string Table, string Row), string>>();
        var (table, compiler) = ("", "");
        KernelBuild[] kernels = [];
        foreach (var line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
            {
                table = line[3..];
            }
            else if (line.StartsWith(CompiledWith, StringComparison.Ordinal))
            {
                compiler = line[CompiledWith.Length..].TrimEnd('.');
            }
            else if (line.StartsWith(Corner, StringComparison.Ordinal))
            {
                kernels = [.. Cells(line).Skip(1).Select(cell => KernelBuild.OfColumn(cell))];
            }
            else if (
                line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| ---", StringComparison.Ordinal)
            )
            {
                var cells = Cells(line);
                foreach (var (kernel, cell) in kernels.Zip(cells.Skip(1)).Where(cell => cell.Second != Nothing))
                {
                    columns[kernel] = columns
                        .GetValueOrDefault(kernel, ImmutableDictionary<(string Table, string Row), string>.Empty)
                        .SetItem((table, cells[0]), cell);
                }
            }
        }

        return new MatrixPage(compiler, columns.ToImmutableSortedDictionary());
    }

    /// <summary>This page with the columns of a newer one in place of its own.</summary>
    public MatrixPage With(MatrixPage newer) => newer with { Columns = Columns.SetItems(newer.Columns) };

    /// <summary>Where this page differs from a newer one, a line each. Only kernels that both have are compared, and sizes only when both are of one compiler.</summary>
    public IEnumerable<string> Differences(MatrixPage newer) =>
        from column in newer.Columns
        where Columns.ContainsKey(column.Key)
        from key in column.Value.Keys.Union(Columns[column.Key].Keys)
        where key.Table != Programs || string.Equals(Compiler, newer.Compiler, StringComparison.Ordinal)
        let before = Columns[column.Key].GetValueOrDefault(key, Nothing)
        let now = column.Value.GetValueOrDefault(key, Nothing)
        where before != now
        select $"{column.Key}, {key.Table}, {key.Row}: the page says {before}, now it is {now}";

    /// <summary>The page as text.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"""
            # Kernel matrix

            What the features do on the distribution's own kernels, each booted with emulated processors, and on the kernel of the machine that wrote this page
            (host); checked on real connections. Written by `./test.sh --all-kernels`; `./test.sh` compares the oldest and the newest series and its own kernel with it, `./test.sh --deep` one of each series. Names of kernels are
            without their `-amd64`. Left out is {KernelSelection.LeftOut}.
            {CompiledWith}{Compiler}.

            """
        );
        foreach (var (table, about) in Tables)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {table}\n\n{about}\n\n{Table(table)}");
        }

        return text.ToString();
    }

    /// <summary>One of its tables.</summary>
    public string Table(string table)
    {
        var rows = Columns
            .Values.SelectMany(column => column.Keys)
            .Where(key => key.Table == table)
            .Select(key => key.Row)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"{Corner} {string.Join(" | ", Columns.Keys.Select(kernel => kernel.Column))} |\n"
        );
        text.Append(
            CultureInfo.InvariantCulture,
            $"| --- |{string.Concat(Enumerable.Repeat(" --- |", Columns.Count))}\n"
        );
        foreach (var row in rows)
        {
            var cells = Columns.Values.Select(column => column.GetValueOrDefault((table, row), Nothing));
            text.Append(CultureInfo.InvariantCulture, $"| {row} | {string.Join(" | ", cells)} |\n");
        }

        return text.ToString();
    }

    private static ImmutableDictionary<(string Table, string Row), string> Column(GuestReport report) =>
        [
            .. report.Features.Select(feature => KeyValuePair.Create((Features, feature.Feature), State(feature))),
            .. report.Features.Select(feature => KeyValuePair.Create((Checks, feature.Feature), Held(feature.Checks))),
            KeyValuePair.Create((Checks, "all together"), Held(report.Host)),
            .. report.Hookpoints.Select(feature =>
                KeyValuePair.Create(
                    (Hookpoints, feature.Feature),
                    feature.Variant switch
                    {
                        null => State(feature),
                        "" => Held(feature.Checks),
                        var how => $"{how}: {Held(feature.Checks)}",
                    }
                )
            ),
            .. report.Capabilities.Capabilities.Select(capability =>
                KeyValuePair.Create((Capabilities, capability.Name), capability.Available ? "yes" : "no")
            ),
            .. report.Programs.Select(program => KeyValuePair.Create((Programs, program.Program), Size(program))),
        ];

    private static string State(FeatureReport feature)
    {
        var missing = feature
            .Reasons.SelectMany(reason => Need().Matches(reason.Text).Select(match => match.Groups["capability"].Value))
            .Distinct(StringComparer.Ordinal)
            .ToList();
        return $"{feature.Variant ?? "none"}, "
            + $"{feature.State}{(missing.Count == 0 ? "" : $": no {string.Join(", ", missing)}")}";
    }

    private static string Held(ImmutableArray<CheckReport> checks) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{checks.Count(check => check.Outcome == CheckOutcome.Passed)} of "
                + $"{checks.Count(check => check.Outcome != CheckOutcome.NotApplicable)}"
        );

    private static string Size(ProgramSize program) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{program.Instructions}{(program.Verified is { } verified ? $" ({verified})" : "")}"
        );

    [GeneratedRegex(@"needs (?<capability>[a-z0-9-]+):", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Need();

    private static string[] Cells(string line) => [.. line.Trim('|').Split('|').Select(cell => cell.Trim())];
}
