using System.Diagnostics;
using NetEdit.Agent.Policies;

namespace NetEdit.Agent.Tests.Policies;

public sealed class PathWatcherTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly PathWatcher _watcher;
    private int _changes;

    public PathWatcherTests() => _watcher = new PathWatcher("test", () => Interlocked.Increment(ref _changes));

    public void Dispose()
    {
        _watcher.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void A_rename_into_place_is_seen()
    {
        var policies = Policies();
        var temporary = _directory.Write("staging.yaml", "new");

        ShouldSee(() => File.Move(temporary, Path.Combine(policies, "web.yaml"), overwrite: true));
    }

    [Fact]
    public void A_yml_file_is_seen()
    {
        var policies = Policies();

        ShouldSee(() => File.WriteAllText(Path.Combine(policies, "web.yml"), "new"));
    }

    [Fact]
    public void Removal_and_new_directories_are_seen()
    {
        var policies = Policies();

        ShouldSee(() => File.Delete(Path.Combine(policies, "web.yaml")));
        ShouldSee(() => Directory.CreateDirectory(Path.Combine(policies, "sub")));
        Watch(policies);
        ShouldSee(() => File.WriteAllText(Path.Combine(policies, "sub", "b.yaml"), "b"));
    }

    [Fact]
    public void A_slow_write_in_place_is_seen_only_when_it_is_done()
    {
        var policies = Policies();
        using (
            var writer = new FileStream(
                Path.Combine(policies, "web.yaml"),
                FileMode.Truncate,
                FileAccess.Write,
                FileShare.ReadWrite
            )
        )
        {
            ShouldNotSee(() =>
            {
                writer.Write("half"u8);
                writer.Flush(flushToDisk: true);
            });
            writer.Write("whole"u8);
        }

        Eventually.True(() => _changes > 0, "the finished file was seen");
    }

    [Fact]
    public void Temporary_and_hidden_files_are_not_seen()
    {
        var policies = Policies();

        ShouldNotSee(() =>
        {
            foreach (var name in (string[])[".web.yaml.swp", "web.yaml~", "web.yaml.tmp", "web.yaml.part", ".x"])
            {
                File.WriteAllText(Path.Combine(policies, name), "x");
                File.Delete(Path.Combine(policies, name));
            }
        });
    }

    [Fact]
    public void The_swap_of_a_link_is_seen_and_the_new_target_is_watched()
    {
        _directory.Write("releases/1/web.yaml", "1");
        _directory.Write("releases/2/web.yaml", "2");
        var current = _directory.Combine("current");
        Directory.CreateSymbolicLink(current, _directory.Combine("releases", "1"));
        Watch(current);

        ShouldSee(() => Swap(current, _directory.Combine("releases", "2")));
        Watch(current);
        ShouldSee(() => File.WriteAllText(_directory.Combine("releases", "2", "web.yaml"), "3"));
        ShouldNotSee(() => File.WriteAllText(_directory.Combine("releases", "1", "web.yaml"), "4"));
    }

    [Fact]
    public void The_swap_of_a_link_above_the_directory_is_seen()
    {
        _directory.Write("releases/1/policies/web.yaml", "1");
        _directory.Write("releases/2/policies/web.yaml", "2");
        var current = _directory.Combine("current");
        Directory.CreateSymbolicLink(current, _directory.Combine("releases", "1"));
        Watch(Path.Combine(current, "policies"));

        ShouldSee(() => Swap(current, _directory.Combine("releases", "2")));
    }

    [Fact]
    public void The_swap_kubernetes_makes_is_seen()
    {
        _directory.Write("m/..1/web.yaml", "1");
        _directory.Write("m/..2/web.yaml", "2");
        Directory.CreateSymbolicLink(_directory.Combine("m", "..data"), "..1");
        File.CreateSymbolicLink(_directory.Combine("m", "web.yaml"), "..data/web.yaml");
        Watch(_directory.Combine("m"));

        ShouldSee(() => Swap(_directory.Combine("m", "..data"), "..2"));
    }

    [Fact]
    public void A_file_behind_a_link_is_watched_where_it_is()
    {
        var real = _directory.Write("elsewhere/web.yaml", "1");
        var policies = Directory.CreateDirectory(_directory.Combine("policies")).FullName;
        File.CreateSymbolicLink(Path.Combine(policies, "web.yaml"), real);
        Watch(policies);

        ShouldSee(() => File.WriteAllText(real, "2"));
        ShouldNotSee(() => _directory.Write("elsewhere/other.yaml", "x"));
    }

    [Fact]
    public void A_directory_that_is_waited_for_is_seen_when_it_comes_and_when_it_goes()
    {
        Directory.CreateDirectory(_directory.Combine("system.slice"));
        var service = _directory.Combine("system.slice", "web.service", "inner");
        _watcher.Watch(WatchList.ForCgroups([service], []));

        ShouldNotSee(() => Directory.CreateDirectory(_directory.Combine("system.slice", "db.service")));
        ShouldSee(() => Directory.CreateDirectory(_directory.Combine("system.slice", "web.service")));
        _watcher.Watch(WatchList.ForCgroups([service], []));
        ShouldSee(() => Directory.CreateDirectory(service));
        _watcher.Watch(WatchList.ForCgroups([service], []));
        ShouldSee(() => Directory.Delete(service));
    }

    [Fact]
    public void Where_containers_may_be_they_and_what_may_hold_them_are_seen_and_nothing_else()
    {
        var slice = Directory.CreateDirectory(_directory.Combine("system.slice")).FullName;
        _watcher.Watch(WatchList.ForCgroups([Path.Combine(slice, "late.scope")], [slice]));

        ShouldSee(() => Directory.CreateDirectory(Path.Combine(slice, $"docker-{new string('a', 64)}.scope")));
        ShouldSee(() => Directory.Delete(Path.Combine(slice, $"docker-{new string('a', 64)}.scope")));
        ShouldSee(() => Directory.CreateDirectory(Path.Combine(slice, "app.service")));
        ShouldSee(() => Directory.CreateDirectory(Path.Combine(slice, "late.scope")));
        ShouldNotSee(() =>
        {
            Directory.CreateDirectory(Path.Combine(slice, "run-1.scope"));
            File.WriteAllText(Path.Combine(slice, "cgroup.procs"), "1");
            File.WriteAllText(Path.Combine(slice, "late.scope", "cgroup.procs"), "1");
        });
    }

    private string Policies()
    {
        var policies = Path.GetDirectoryName(_directory.Write("policies/web.yaml", "old"))!;
        Watch(policies);
        return policies;
    }

    private void Watch(string path) => _watcher.Watch(WatchList.ForPolicies(path));

    private static void Swap(string link, string target)
    {
        Directory.CreateSymbolicLink(link + "_new", target);
        // File.Move follows links to directories; a configuration push does not.
        using var move = Process.Start("mv", ["-T", link + "_new", link]);
        move.WaitForExit();
        move.ExitCode.ShouldBe(0);
    }

    private void ShouldSee(Action change)
    {
        WaitUntilQuiet();
        Interlocked.Exchange(ref _changes, 0);
        change();
        Eventually.True(() => Volatile.Read(ref _changes) > 0, "the change was seen");
    }

    private void ShouldNotSee(Action change)
    {
        WaitUntilQuiet();
        Interlocked.Exchange(ref _changes, 0);
        change();
        WaitUntilQuiet();
        Volatile.Read(ref _changes).ShouldBe(0);
    }

    /// <summary>An event arrives within microseconds; what has not come after this long does not come.</summary>
    private void WaitUntilQuiet()
    {
        var quiet = TimeSpan.FromMilliseconds(30);
        var last = Volatile.Read(ref _changes);
        for (var since = Stopwatch.StartNew(); since.Elapsed < quiet; Thread.Sleep(1))
        {
            if (last != Volatile.Read(ref _changes))
            {
                last = Volatile.Read(ref _changes);
                since.Restart();
            }
        }
    }
}
