using System.Collections.Immutable;
using Microsoft.Extensions.Time.Testing;
using NetEdit.Agent.Daemon;
using NetEdit.Agent.Events;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent.Tests.Events;

public sealed class EventFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);

    private string State => _directory.Combine("lib", "netedit");

    private string Current => Path.Combine(State, EventFile.Name);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_was_written_is_read_in_order_and_is_for_its_owner_only()
    {
        Add("a", "b");
        Add("c");

        Read().ShouldBe(["a", "b", "c"]);
        File.GetUnixFileMode(Current).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.GetUnixFileMode(State).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void All_that_an_event_says_is_read_back()
    {
        var happened = new AgentEvent(
            EventKind.Policy,
            "wëb\n\e[2J",
            LogLevel.Warning,
            "policy Degraded",
            ("reason", "value-capped"),
            ("empty", "")
        )
        {
            Key = "key",
            State = "Degraded value-capped",
            Policies = ["wëb\n\e[2J"],
        };
        new EventFile(State).Append([KeptEvent.Of(happened, _time.GetUtcNow(), "agent", "interval")]).ShouldBeNull();

        using var reader = new EventReader(State);
        var read = reader.Read().ShouldHaveSingleItem();

        read.At.ShouldBe(DateTimeOffset.UnixEpoch);
        (read.Kind, read.What, read.About, read.Level).ShouldBe(
            (EventKind.Policy, "policy Degraded", "wëb\n\e[2J", LogLevel.Warning)
        );
        (read.By, read.Cause, read.Key, read.State).ShouldBe(("agent", "interval", "key", "Degraded value-capped"));
        read.Details.ShouldBe(new Dictionary<string, string>(StringComparer.Ordinal) { ["reason"] = "value-capped" });
        read.Policies.ShouldBe(["wëb\n\e[2J"]);
        File.ReadAllLines(Current).Length.ShouldBe(1);
        File.ReadAllText(Current).ShouldNotContain("\e");
    }

    [Fact]
    public void Two_files_are_kept_of_a_bounded_size()
    {
        const int Bytes = 4096;
        var file = new EventFile(State, Bytes);
        for (var number = 0; number < 200; number++)
        {
            file.Append([Event($"{number}")]).ShouldBeNull();
        }

        var files = Directory.GetFiles(State);
        files.Length.ShouldBe(2);
        files.ShouldAllBe(path => new FileInfo(path).Length <= Bytes);
        var read = Read();
        read.Length.ShouldBeGreaterThan(20);
        read.ShouldBe(Enumerable.Range(200 - read.Length, read.Length).Select(number => $"{number}"));
    }

    [Theory]
    [InlineData("{\"at\":\"2026-01-01T00:00:00Z\",\"kind\":\"pol")]
    [InlineData("\u0000\u0000\u0000")]
    [InlineData("null\n")]
    [InlineData("{}\n")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[\n")]
    [InlineData("{\"at\":\"2026-01-01T00:00:00Z\",\"kind\":\"x\",\"what\":null}\n")]
    [InlineData("{\"at\":\"2026-01-01T00:00:00Z\",\"kind\":\"x\",\"what\":\"y\"}\n")]
    [InlineData("{\"at\":\"never\",\"kind\":\"x\",\"what\":\"y\",\"about\":\"\",\"by\":\"\"}\n")]
    public void A_torn_or_damaged_line_costs_itself_only(string torn)
    {
        Add("a");
        File.AppendAllText(Current, torn);
        Add("b");

        using var reader = new EventReader(State);
        reader.Read().Select(item => item.What).ShouldBe(["a", "b"]);
        reader.Damaged.ShouldBe(1);
    }

    [Fact]
    public void A_line_without_an_end_is_bounded()
    {
        Add("a");
        File.AppendAllText(Current, new string('x', 3 * EventReader.LongestLine) + "\n");
        Add("b");

        Read().ShouldBe(["a", "b"]);
    }

    [Fact]
    public void Bytes_that_are_not_text_are_a_damaged_line()
    {
        Add("a");
        using (var stream = new FileStream(Current, FileMode.Append))
        {
            stream.Write([0x7b, 0xff, 0xfe, 0x0a]);
        }

        Read().ShouldBe(["a"]);
    }

    [Fact]
    public void A_file_that_is_not_ours_is_neither_read_nor_written()
    {
        Add("a");
        File.Move(Current, Current + ".elsewhere");
        File.CreateSymbolicLink(Current, Current + ".elsewhere");

        new EventFile(State).Append([Event("b")]).ShouldNotBeNull().ShouldContain("is a symbolic link; remove it");
        File.ReadAllLines(Current + ".elsewhere").Length.ShouldBe(1);
        using var reader = new EventReader(State);
        Should.Throw<IOException>(() => reader.Read()).Message.ShouldContain("symbolic link");

        File.Delete(Current);
        Directory.CreateDirectory(Current);
        new EventFile(State).Append([Event("b")]).ShouldNotBeNull();

        Directory.Delete(Current);
        File.WriteAllText(Current, "");
        File.SetUnixFileMode(Current, (UnixFileMode)0b110_110_110);
        new EventFile(State).Append([Event("b")]).ShouldNotBeNull().ShouldContain("can be written by its group");
    }

    [Fact]
    public void A_directory_that_cannot_be_made_or_that_others_may_write_to_is_said()
    {
        var path = _directory.Write("file", "");
        new EventFile(Path.Combine(path, "below")).Append([Event("a")]).ShouldNotBeNull().ShouldContain("events.jsonl");

        Add("a");
        File.SetUnixFileMode(State, (UnixFileMode)0b111_111_111);
        new EventFile(State).Append([Event("b")]).ShouldNotBeNull().ShouldContain("can be written by");
    }

    [Fact]
    public void A_reader_goes_on_over_the_change_of_files()
    {
        const int Bytes = 2048;
        var file = new EventFile(State, Bytes);
        using var reader = new EventReader(State);
        reader.Read().ShouldBeEmpty();
        var read = new List<string>();
        for (var number = 0; number < 100; number++)
        {
            file.Append([Event($"{number}")]);
            if (number % 3 == 0)
            {
                read.AddRange(reader.Read().Select(item => item.What));
            }
        }

        read.AddRange(reader.Read().Select(item => item.What));
        read.ShouldBe(Enumerable.Range(0, 100).Select(number => $"{number}"));
        reader.Damaged.ShouldBe(0);
    }

    [Fact]
    public void Texts_of_any_length_are_cut()
    {
        var happened = new AgentEvent(
            EventKind.Pass,
            "",
            LogLevel.Error,
            new string('é', 5000),
            ("why", "\ud83d\ude00")
        );

        KeptEvent.Of(happened, _time.GetUtcNow(), "agent", "").What.Length.ShouldBe(1001);
    }

    [Fact]
    public void The_next_process_does_not_tell_again_what_lasts()
    {
        var report = new ReconcileReport
        {
            Trigger = "start",
            StartedAt = DateTimeOffset.UnixEpoch,
            Result = ReconcileResult.Unchanged,
            Converged = true,
            Revision = "0123456789abcdef",
            Policies =
            [
                new PolicyDecision("web", "a", "/", PolicyState.Active, new Reason(ReasonCodes.None, ""), []),
                new PolicyDecision("db", "a", "/", PolicyState.Active, new Reason(ReasonCodes.None, ""), []),
            ],
            Pauses = ["feature/ecn"],
        };
        Recorder().RecordFirst(report);
        Read().ShouldBe(["policies in force", "policy Active", "policy Active", "converged"]);

        Recorder().RecordFirst(report);
        Read().Length.ShouldBe(4);

        Recorder().RecordFirst(report with { Policies = [report.Policies[0]] });
        Read()[4..].ShouldBe(["policy removed"]);
        Recorder().RecordFirst(report with { Policies = [report.Policies[0]] });
        Read().Length.ShouldBe(5);
    }

    private EventRecorder Recorder() => new(new EventFile(State), "agent", _time);

    private KeptEvent Event(string what) =>
        KeptEvent.Of(new AgentEvent(EventKind.Agent, "", LogLevel.Info, what), _time.GetUtcNow(), "agent", "");

    private void Add(params string[] whats) => new EventFile(State).Append(whats.Select(Event)).ShouldBeNull();

    private ImmutableArray<string> Read()
    {
        using var reader = new EventReader(State);
        return [.. reader.Read().Select(item => item.What)];
    }
}
