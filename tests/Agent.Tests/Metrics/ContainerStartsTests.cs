using System.Collections.Immutable;
using NetEdit.Agent.Metrics;
using NetEdit.Agent.Reconciliation;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.Agent.Tests.Metrics;

public sealed class ContainerStartsTests
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly ContainerSelector Docker = new(
        ImmutableSortedDictionary<string, string>.Empty.Add("runtime", "docker")
    );
    private static readonly ContainerSelector Podman = new(
        ImmutableSortedDictionary<string, string>.Empty.Add("runtime", "podman")
    );

    private readonly Dictionary<ulong, DateTimeOffset> _created = [];
    private readonly ContainerStarts _starts;

    public ContainerStartsTests() =>
        _starts = new ContainerStarts((_, id) => _created.TryGetValue(id, out var at) ? at : null);

    [Fact]
    public void A_new_container_waits_from_its_creation_to_the_end_of_the_pass_that_tuned_it()
    {
        Pass(0, ["/docker/a"], ["/docker/a"]).ShouldBeEmpty("it was there before the agent");
        Create("/docker/b", at: 1);

        Pass(3, ["/docker/a", "/docker/b"], ["/docker/a", "/docker/b"])
            .ShouldBe([new ContainerStart("web", TimeSpan.FromSeconds(3))], "a pass takes a second");
        Pass(5, ["/docker/a", "/docker/b"], ["/docker/a", "/docker/b"]).ShouldBeEmpty("it is counted once");
    }

    [Fact]
    public void One_that_a_pass_fails_to_tune_goes_on_waiting()
    {
        Pass(0, [], []);
        Create("/docker/b", at: 1);
        Pass(2, ["/docker/b"], []).ShouldBeEmpty();
        _created.Clear(); // the time is kept: that of the directory changes when cgroups are created in it

        Pass(9, ["/docker/b"], ["/docker/b"]).ShouldBe([new ContainerStart("web", TimeSpan.FromSeconds(9))]);
    }

    [Fact]
    public void A_program_of_its_own_tunes_a_container_too()
    {
        Pass(0, [], []);
        Create("/docker/b", at: 1);
        var report = Report(1, [Policy("web", Docker, "/docker/b")], []);

        Update(
                report with
                {
                    Observed = ObservedState.Empty with
                    {
                        Attachments =
                        [
                            new ObservedAttachment(
                                new AttachmentKey("guard", "cgroup/setsockopt", "/docker/b"),
                                Id("/docker/b"),
                                "d",
                                "link",
                                1
                            ),
                        ],
                    },
                }
            )
            .ShouldBe([new ContainerStart("web", TimeSpan.FromSeconds(1))]);
    }

    [Fact]
    public void A_policy_that_is_newer_than_its_containers_kept_none_of_them_waiting()
    {
        Pass(0, [], []);
        Create("/docker/b", at: 1);
        string[] both = ["/docker/b"];
        Update(Report(2, [Policy("web", Docker), Policy("late", Docker, both)], both)).ShouldBeEmpty();

        // The same policy for other containers is a new one.
        Update(Report(3, [Policy("web", Podman, both), Policy("late", Docker, both)], both)).ShouldBeEmpty();
    }

    [Fact]
    public void Each_policy_of_a_container_has_its_own_wait()
    {
        Update(Report(0, [Policy("one", Docker), Policy("two", Docker)], []));
        Create("/docker/b", at: 1);
        string[] both = ["/docker/b"];

        Update(Report(1, [Policy("one", Docker, both), Policy("two", Docker, both)], both))
            .Select(start => start.Policy)
            .ShouldBe(["one", "two"]);
    }

    [Fact]
    public void One_made_anew_with_the_same_path_is_another_one()
    {
        Pass(0, ["/docker/a"], ["/docker/a"]);
        _created[99] = Noon.AddSeconds(4);
        var report = Report(4, [Policy("web", Docker, "/docker/a")], []);

        Update(
                report with
                {
                    Host = Facts(("/docker/a", 99)),
                    Observed = ObservedState.Empty with { Chains = [Chain("/docker/a", 99)] },
                }
            )
            .ShouldBe([new ContainerStart("web", TimeSpan.FromSeconds(1))]);
    }

    [Fact]
    public void Nothing_is_counted_of_what_is_not_known_or_is_no_container()
    {
        Pass(0, [], []);
        Pass(1, ["/docker/b"], ["/docker/b"]).ShouldBeEmpty("its cgroup went before its time could be read");
        var unit = new Policy { Name = "unit", Scopes = ["/web.service"] };
        Update(Report(2, [unit], ["/web.service"])).ShouldBeEmpty();
        Update(Report(3, [unit], []) with { Set = null }).ShouldBeEmpty();
    }

    [Fact]
    public void A_clock_that_was_set_back_makes_no_wait_negative()
    {
        Pass(0, [], []);
        Create("/docker/b", at: 100);
        Pass(1, ["/docker/b"], ["/docker/b"]).ShouldBe([new ContainerStart("web", TimeSpan.Zero)]);
    }

    private ContainerStart[] Pass(double at, string[] containers, string[] tuned) =>
        Update(Report(at, [Policy("web", Docker, containers)], tuned));

    private ContainerStart[] Update(ReconcileReport report) => [.. _starts.Update(report)];

    private void Create(string path, double at) => _created[Id(path)] = Noon.AddSeconds(at);

    private static ReconcileReport Report(double at, Policy[] policies, string[] tuned) =>
        new()
        {
            Trigger = "test",
            StartedAt = Noon.AddSeconds(at),
            Duration = TimeSpan.FromSeconds(1),
            Result = ReconcileResult.Changed,
            Set = new PolicySet("r", [.. policies]),
            Host = Facts([.. policies.SelectMany(policy => policy.Scopes).Distinct().Select(path => (path, Id(path)))]),
            Observed = ObservedState.Empty with { Chains = [.. tuned.Select(path => Chain(path, Id(path)))] },
        };

    private static HostFacts Facts(params (string Path, ulong Id)[] cgroups) =>
        new()
        {
            KernelRelease = "6.18",
            Cgroups = cgroups.ToImmutableSortedDictionary(
                cgroup => cgroup.Path,
                cgroup => cgroup.Id,
                StringComparer.Ordinal
            ),
        };

    private static ObservedChain Chain(string path, ulong id) => new(path, id, 1, "digest", [], 1, 1);

    private static Policy Policy(string name, ContainerSelector containers, params string[] paths) =>
        new()
        {
            Name = name,
            Container = containers,
            Scopes = [.. paths],
        };

    /// <summary>An id for a path.</summary>
    private static ulong Id(string path) => path.Aggregate(7UL, (hash, letter) => (hash * 31) + letter);
}
