using System.Collections.Immutable;
using System.Formats.Tar;
using System.IO.Compression;
using NetEdit.Agent.Cli;
using NetEdit.Agent.Cli.Output;
using NetEdit.Agent.Cli.Verbs;
using NetEdit.Agent.Control;
using NetEdit.Agent.Daemon;
using NetEdit.Agent.Events;
using NetEdit.Agent.Persistence;
using NetEdit.Agent.Settings;
using NetEdit.Agent.Support;
using NetEdit.Agent.Tests.Cli;

namespace NetEdit.Agent.Tests.Support;

public sealed class ReportTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void An_archive_holds_its_parts_below_one_directory_and_is_for_its_owner_only()
    {
        var path = _directory.Combine("r.tar.gz");

        ReportArchive.Write(path, "netedit-report", [new("a/b.txt", "größe\n")], DateTimeOffset.UnixEpoch);

        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Parts(path).ShouldBe(new Dictionary<string, string> { ["netedit-report/a/b.txt"] = "größe\n" });
    }

    [Fact]
    public void Nothing_is_ever_replaced_nor_a_link_followed()
    {
        var path = _directory.Write("there.tar.gz", "mine");
        Should
            .Throw<IOException>(() => ReportArchive.Write(path, "x", [], DateTimeOffset.UnixEpoch))
            .Message.ShouldBe($"{path} exists, and a report replaces nothing; choose another name");
        File.ReadAllText(path).ShouldBe("mine");

        var link = _directory.Combine("link.tar.gz");
        File.CreateSymbolicLink(link, _directory.Combine("elsewhere"));
        Should.Throw<IOException>(() => ReportArchive.Write(link, "x", [], DateTimeOffset.UnixEpoch));
        File.Exists(_directory.Combine("elsewhere")).ShouldBeFalse();
        NeteditInProcess.Run("report", path).Error.ShouldContain("replaces nothing");
    }

    [Fact]
    public void An_archive_that_cannot_be_made_leaves_nothing()
    {
        Should.Throw<IOException>(() =>
            ReportArchive.Write(_directory.Combine("no", "r.tar.gz"), "x", [], DateTimeOffset.UnixEpoch)
        );
        var path = _directory.Combine("r.tar.gz");

        Should.Throw<IOException>(() => ReportArchive.Write(path, "x", Failing(), DateTimeOffset.UnixEpoch));

        File.Exists(path).ShouldBeFalse();

        static IEnumerable<ReportPart> Failing()
        {
            yield return new ReportPart("a", "a");
            throw new IOException("No space left on device");
        }
    }

    [Fact]
    public void A_part_that_fails_says_why_and_one_that_is_too_long_is_cut()
    {
        var failed = ReportPart.Of("log.txt", () => throw new InvalidOperationException("no journal"));

        failed.ShouldBe(new ReportPart("log.txt.failed.txt", "InvalidOperationException: no journal\n"));
        failed.HasFailed.ShouldBeTrue();
        ReportPart
            .Of("x", () => new string('x', ReportPart.MostCharacters + 5))
            .Text.ShouldEndWith("[cut: 5 more characters]\n");
    }

    [Theory]
    [InlineData("/etc/netedit/policies.d/web.yaml", "etc/netedit/policies.d/web.yaml")]
    [InlineData("../../../etc/passwd", "etc/passwd")]
    [InlineData("/p/./a//b\n\e[2J.yaml", "p/a/b___2J.yaml")]
    public void Names_in_the_archive_lead_nowhere_else(string path, string expected) =>
        ReportArchive.SafeName(path).ShouldBe(expected);

    [Fact]
    public void Each_part_is_there_or_says_why_it_is_not()
    {
        var state = _directory.Combine("lib", "netedit");
        new EventFile(state)
            .Append([
                KeptEvent.Of(
                    new AgentEvent(EventKind.Agent, "", LogLevel.Info, "from 10.9.8.7"),
                    DateTimeOffset.UnixEpoch,
                    "agent",
                    ""
                ),
            ])
            .ShouldBeNull();

        var parts = Collect(_directory.Combine("none.sock"), state);

        parts["version.json"].ShouldContain("\"runtime\"");
        parts["wrong.txt.failed.txt"].ShouldContain("exit code 64: netedit: ");
        parts["policies.failed.txt"].ShouldContain($"no policies are kept in {state}");
        parts["events.jsonl"].ShouldContain("from 10.9.8.7");
        parts["metrics.txt.failed.txt"].ShouldContain("no agent answers on ");
        parts["kernel.txt"].ShouldContain("Linux");
        parts["mounts.txt"].ShouldContain("/proc");
        parts.Keys.ShouldContain(name => name.StartsWith("log.txt", StringComparison.Ordinal));
    }

    [Fact]
    public void Metrics_and_policies_in_force_are_parts()
    {
        var socket = _directory.Combine("run", "agent.sock");
        using var server = new ControlServer(
            socket,
            (request, _) => Task.FromResult(new ControlResponse(null, null) { Metrics = $"{request.Command} 1\n" }),
            TimeProvider.System
        );
        var state = new StateDirectory(_directory.Combine("lib", "netedit"));
        state
            .Write(
                LedgerState.PoliciesFile,
                new KeptPolicies(
                    "r1",
                    DateTimeOffset.UnixEpoch,
                    [new KeptFile("/etc/netedit/policies.d/web.yaml", "a: 1\n")],
                    ImmutableSortedDictionary<string, string>.Empty
                )
            )
            .ShouldBeNull();

        var parts = Collect(socket, state.Path);

        parts["metrics.txt"].ShouldBe("metrics 1\n");
        parts["policies/etc/netedit/policies.d/web.yaml"].ShouldBe("a: 1\n");
    }

    [Theory]
    [InlineData(80)]
    [InlineData(200)]
    public void The_list_of_parts_fits_its_terminal(int width)
    {
        using var output = new StringWriter { NewLine = "\n" };
        ReportVerb.List(
            new TerminalWriter(output, isForPeople: false, width),
            [
                new ReportPart("version.json", "{}"),
                new ReportPart(
                    "policies/etc/netedit/policies.d/a-long-directory/with-a-long-name.yaml",
                    new string('x', 50_000)
                ),
                new ReportPart(
                    "metrics.txt.failed.txt",
                    "IOException: no agent answers on /run/netedit/agent.sock, or it hung up"
                ),
            ],
            isRedacted: false
        );

        foreach (var line in output.ToString().Split('\n'))
        {
            CellText.Width(line).ShouldBeLessThanOrEqualTo(width, line);
        }

        output.ToString().ShouldContain("48 KiB");
        output.ToString().ShouldContain("IOException: no agent");
    }

    private static Dictionary<string, string> Collect(string socket, string state) =>
        new SupportReport(
            socket,
            new StateDirectory(state),
            new Dictionary<string, string[]>(StringComparer.Ordinal),
            HostSettings.None
        )
        {
            Verbs = [("version.json", ["version", "-o", "json"]), ("wrong.txt", ["version", "--no-such-option"])],
        }
            .Collect()
            .ToDictionary(part => part.Name, part => part.Text, StringComparer.Ordinal);

    private static Dictionary<string, string> Parts(string path)
    {
        using var file = File.OpenRead(path);
        using var content = new GZipStream(file, CompressionMode.Decompress);
        using var archive = new TarReader(content);
        var parts = new Dictionary<string, string>(StringComparer.Ordinal);
        while (archive.GetNextEntry() is { } entry)
        {
            using var reader = new StreamReader(entry.DataStream!);
            parts.Add(entry.Name, reader.ReadToEnd());
        }

        return parts;
    }
}
