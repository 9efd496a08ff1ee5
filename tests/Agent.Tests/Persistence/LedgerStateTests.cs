using System.Collections.Immutable;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using NetEdit.Agent.Native;
using NetEdit.Agent.Persistence;
using NetEdit.Model;

namespace NetEdit.Agent.Tests.Persistence;

public sealed class LedgerStateTests : IDisposable
{
    private static readonly ImmutableSortedDictionary<string, string> Labels = ImmutableSortedDictionary<
        string,
        string
    >.Empty.Add("role", "web");
    private static readonly ImmutableSortedSet<string> Everything = ImmutableSortedSet.Create<string>(
        StringComparer.Ordinal,
        "everything"
    );
    private static readonly (ImmutableArray<string> Policies, ImmutableArray<string> Features) Names = (
        ["web"],
        ["dctcp"]
    );
    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UnixEpoch);

    private string Root => _directory.Combine("lib", "netedit");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void What_is_kept_is_there_after_a_restart_and_for_its_owner_only()
    {
        var state = Open();
        state.Policies.ShouldBeNull();
        state.ReadPauses().ShouldBeNull();
        state.Problems.ShouldBeEmpty();

        state.Keep("r1", _time.GetUtcNow(), Files("a: 1\n"), Labels, Names);
        state.KeepForGood(Everything).ShouldBeNull();
        state.Quarantine.Add(new Rejection("dctcp", "bpf", "digest", "load: EINVAL"));
        state.SaveQuarantine();

        var next = Open();
        next.Policies!.Revision.ShouldBe("r1");
        next.Policies.Files.ShouldBe([new KeptFile("/p/a.yaml", "a: 1\n")]);
        next.Policies.Labels.ShouldBe(Labels);
        next.ReadPauses().ShouldBe(Everything);
        next.Quarantine.Entries.Single().Reason.ShouldBe("load: EINVAL");
        next.Problems.ShouldBeEmpty();
        Directory
            .GetFiles(Root)
            .Select(Path.GetFileName)
            .Order(StringComparer.Ordinal)
            .ShouldBe(["pauses.json", "policies.json", "quarantine.json"]);
        Directory
            .GetFiles(Root)
            .Select(File.GetUnixFileMode)
            .ShouldAllBe(mode => mode == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
        File.GetUnixFileMode(Root).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void Policies_that_are_kept_already_are_not_written_again()
    {
        Open().Keep("r1", _time.GetUtcNow(), Files("a: 1\n"), Labels, Names);
        var before = File.ReadAllBytes(Path.Combine(Root, "policies.json"));
        _time.Advance(TimeSpan.FromHours(1));

        var state = Open();
        state.Keep("r1", _time.GetUtcNow(), Files("a: 1\n"), Labels, Names);

        File.ReadAllBytes(Path.Combine(Root, "policies.json")).ShouldBe(before);
        state.Policies!.At.ShouldBe(DateTimeOffset.UnixEpoch);
        state.Keep("r1", _time.GetUtcNow(), Files("a: 1 # the same\n"), Labels, Names);
        state.Policies.At.ShouldBe(_time.GetUtcNow());
    }

    [Fact]
    public void A_damaged_file_is_moved_aside_and_the_others_count()
    {
        var state = Open();
        state.Keep("r1", _time.GetUtcNow(), Files("a: 1\n"), Labels, Names);
        state.KeepForGood(Everything);
        var path = Path.Combine(Root, "policies.json");
        File.WriteAllText(path, "{ \"version\": 1, ");

        var next = Open();

        next.Policies.ShouldBeNull();
        next.ReadPauses().ShouldBe(Everything);
        var problem = next.Problems.Single();
        problem.File.ShouldBe("policies.json");
        problem.Message.ShouldStartWith($"{path} is not used: it is damaged: ");
        problem.Message.ShouldContain(
            "it was moved to policies.json.broken; should the policies be missing or invalid when the host "
                + "starts, nothing is tuned"
        );
        File.ReadAllText(path + ".broken").ShouldBe("{ \"version\": 1, ");
        next.Keep("r2", _time.GetUtcNow(), Files("a: 2\n"), Labels, Names);
        Open().Policies!.Revision.ShouldBe("r2");
        next.Problems.Length.ShouldBe(1); // it says what was lost as long as it lives
    }

    [Theory]
    [InlineData("link", "it is a symbolic link")]
    [InlineData("large", "bytes; 65536 are allowed")]
    [InlineData("writable", "can be written by its group or by others")]
    [InlineData("directory", "it is not a regular file")]
    [InlineData("foreign", "it belongs to user 65534")]
    public void A_file_that_somebody_else_may_have_made_is_not_used(string how, string expected)
    {
        Open().KeepForGood(Everything);
        var path = Path.Combine(Root, "pauses.json");
        switch (how)
        {
            case "link":
                File.Move(path, path + ".target");
                File.CreateSymbolicLink(path, path + ".target");
                break;
            case "large":
                File.WriteAllBytes(path, new byte[65537]);
                break;
            case "writable":
                File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.OtherWrite);
                break;
            case "directory":
                File.Delete(path);
                Directory.CreateDirectory(path);
                break;
            default:
                if (SystemCalls.EffectiveUserId() != 0)
                {
                    return; // only root can give a file away
                }

                Chown(path);
                break;
        }

        var state = Open();

        state.ReadPauses().ShouldBeNull();
        state.Problems.Single().Message.ShouldContain(expected);
        state.Problems.Single().Message.ShouldContain("the pauses count until this host restarts");
    }

    [Fact]
    public void Nothing_is_read_from_or_written_to_a_directory_that_others_can_write()
    {
        Open().KeepForGood(Everything);
        File.SetUnixFileMode(Root, (UnixFileMode)0b111_111_111);

        var state = Open();

        state.ReadPauses().ShouldBeNull();
        state.Problems.Single().Message.ShouldContain("take the permission away with: chmod go-w");
        state.KeepForGood(Everything)!.ShouldContain("cannot be written");
    }

    [Fact]
    public void A_directory_that_cannot_be_made_is_said_and_nothing_throws()
    {
        var file = _directory.Write("lib", "a file, not a directory");

        var state = Open();
        state.Policies.ShouldBeNull();
        state.Keep("r1", _time.GetUtcNow(), Files("a: 1\n"), Labels, Names);
        state.SaveQuarantine();

        state.Problems.Select(problem => problem.File).ShouldBe(["policies.json", "quarantine.json"]);
        state.Problems[0].Message.ShouldStartWith($"{Root}/policies.json cannot be written: ");
        state.Problems[0].Message.ShouldContain("nothing is tuned until they are there again");

        // As soon as it can be written, it is.
        File.Delete(file);
        state.Keep("r1", _time.GetUtcNow(), Files("a: 1\n"), Labels, Names);
        state.SaveQuarantine();
        state.Problems.ShouldBeEmpty();
        Open().Policies!.Revision.ShouldBe("r1");
    }

    [Fact]
    public void Pauses_that_cannot_be_written_leave_none_behind_that_are_out_of_date()
    {
        var state = Open();
        state.KeepForGood(Everything).ShouldBeNull();
        Directory.CreateDirectory(Path.Combine(Root, ".pauses.json.new")); // in the way of every write

        state.KeepForGood([]).ShouldNotBeNull();

        Open().ReadPauses().ShouldBeNull();
    }

    [Fact]
    public void What_is_paused_until_a_restart_counts_before_what_is_kept_for_good()
    {
        var state = Open();
        state.KeepForGood(Everything).ShouldBeNull();
        state.ReadPauses().ShouldBe(Everything);

        Open().KeepUntilRestart([]).ShouldBeNull();

        state.ReadPauses()!.ShouldBeEmpty("another process has written it");
        Directory.Delete(_directory.Combine("run"), recursive: true); // as a reboot does
        state.ReadPauses().ShouldBe(Everything);
    }

    [Fact]
    public void Cleared_it_leaves_no_file_and_no_directory()
    {
        var state = Open();
        state.Keep("r1", _time.GetUtcNow(), Files("a: 1\n"), Labels, Names);
        state.KeepForGood(Everything);
        File.WriteAllText(Path.Combine(Root, "quarantine.json.broken"), "x");

        state.Clear();

        Directory.Exists(Root).ShouldBeFalse();
        state.Policies.ShouldBeNull();
        Open().ReadPauses().ShouldBeNull();
    }

    private static ImmutableArray<(string File, ReadOnlyMemory<byte> Content)> Files(string text) =>
        [("/p/a.yaml", Encoding.UTF8.GetBytes(text))];

    private static void Chown(string path)
    {
        using var process = System.Diagnostics.Process.Start("chown", ["65534", path]);
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
    }

    private LedgerState Open() =>
        new(new StateDirectory(Root), new StateDirectory(_directory.Combine("run")), "netedit", "6.18 #1", _time);
}
