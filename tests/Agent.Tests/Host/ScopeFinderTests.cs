using System.Collections.Immutable;
using NetEdit.Agent.Host;
using NetEdit.Model;

namespace NetEdit.Agent.Tests.Host;

/// <summary>Units and containers in a tree of directories that stands for the cgroup v2 hierarchy.</summary>
public sealed class ScopeFinderTests : IDisposable
{
    private const string Uid = "a5c1f8d5_1919_434d_add7_4afaafdaef89";
    private static readonly string One = new('1', 64);
    private static readonly string Two = new('2', 64);
    private readonly TemporaryDirectory _mount = new();

    public void Dispose() => _mount.Dispose();

    [Fact]
    public void A_policy_is_in_all_containers_that_match_sorted_by_path()
    {
        Make(
            $"/system.slice/docker-{Two}.scope/init",
            $"/docker/{One}",
            "/lxc.payload.web",
            $"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{Uid}.slice/cri-containerd-{One}.scope"
        );

        Find(Containers(("runtime", "docker"))).ShouldBe([$"/docker/{One}", $"/system.slice/docker-{Two}.scope"]);
        Find(Containers(("runtime", "docker"), ("id", "2222*"))).ShouldBe([$"/system.slice/docker-{Two}.scope"]);
        Find(Containers(("id", One)))
            .ShouldBe([
                $"/docker/{One}",
                "/kubepods.slice/kubepods-burstable.slice/"
                    + $"kubepods-burstable-pod{Uid}.slice/cri-containerd-{One}.scope",
            ]);
        Find(Containers(("pod", "a5c1f8d5-*"), ("qos", "burstable"))).Length.ShouldBe(1);
        Find(Containers(("pod", "a5c1f8d5-*"), ("qos", "guaranteed"))).ShouldBeEmpty();
        Find(Containers(("name", "we*"))).ShouldBe(["/lxc.payload.web"]);
        Find(Containers(("name", "we"))).ShouldBeEmpty();
        Find(Containers()).Length.ShouldBe(4, "every container");
    }

    [Fact]
    public void Units_and_cgroups_stay_what_they_were()
    {
        Make("/system.slice/web.service", "/user.slice/user-1.slice/user@1.service/app.slice/web.service");
        var policies = Set(
            Policy("a") with
            {
                Unit = "web.service",
                Scopes = ["/system.slice/web.service"],
            },
            Policy("b") with
            {
                Unit = "db.service",
                Scopes = ["/system.slice/db.service"],
            },
            Policy("c") with
            {
                Scopes = ["/x"],
            }
        );

        var found = ScopeFinder.Find(policies, _mount.Path);

        found
            .Policies.Policies.Select(policy => policy.Scopes.Single())
            .ShouldBe(["/system.slice/web.service", "/system.slice/db.service", "/x"]);
        found.Awaited.ShouldContain("/user.slice/user-1.slice/db.service");
        found.Awaited.ShouldAllBe(path => path.EndsWith("/db.service", StringComparison.Ordinal));
        found.Parents.ShouldBeEmpty("no policy is for containers");
        found.AreThoseOf(policies).ShouldBeTrue();
    }

    [Fact]
    public void Where_containers_may_come_to_be_is_said()
    {
        Make($"/kubepods.slice/kubepods-pod{Uid}.slice", "/system.slice/run-1.scope/inner", $"/docker/{One}/init");

        ScopeFinder
            .Find(Set(Containers()), _mount.Path)
            .Parents.ShouldBe([
                "/",
                "/docker",
                "/kubepods.slice",
                "/system.slice",
                $"/docker/{One}",
                $"/kubepods.slice/kubepods-pod{Uid}.slice",
            ]);
    }

    [Theory]
    [InlineData("/user.slice/x\r10.0.0.9:22 /tmp/evil")]
    [InlineData("/user.slice/x\u001b[31m")]
    [InlineData("/user.slice/x\u202e")]
    public void A_container_below_a_name_with_control_characters_is_no_scope(string parent)
    {
        Make($"/docker/{One}", $"{parent}/docker-{Two}.scope");

        Find(Containers(("runtime", "docker"))).ShouldBe([$"/docker/{One}"]);
        ScopeFinder.Find(Set(Containers()), _mount.Path).Parents.ShouldNotContain(path => path.Any(char.IsControl));
    }

    [Fact]
    public void A_unit_whose_path_is_too_long_for_the_kernel_side_is_no_scope()
    {
        var deep = "/user.slice/" + string.Join('/', Enumerable.Repeat(new string('é', 100), 3));
        Make($"{deep}/web.service", $"/user.slice/docker-{One}.scope");

        ScopeFinder
            .Find(Set(Policy("a") with { Unit = "web.service", Scopes = ["/system.slice/web.service"] }), _mount.Path)
            .Policies.Policies.Single()
            .Scopes.ShouldBe(["/system.slice/web.service"]);
    }

    [Fact]
    public void Containers_of_users_come_last_take_turns_and_are_at_most_32_each()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return; // only root can give directories away
        }

        Make([.. Enumerable.Range(0, 300).Select(number => $"/a.slice/docker-{number:d64}.scope")]);
        Make($"/b.slice/docker-{One}.scope", $"/b.slice/docker-{Two}.scope", $"/docker/{One}");
        Give("/a.slice", 1001);
        Give("/b.slice", 1002);

        var found = ScopeFinder.Find(Set(Containers()), _mount.Path);

        var scopes = found.Policies.Policies.Single().Scopes;
        scopes.Length.ShouldBe(1 + 2 + ScopeFinder.MostOfUser);
        scopes[..5]
            .ShouldBe([
                $"/docker/{One}",
                $"/a.slice/docker-{0:d64}.scope",
                $"/b.slice/docker-{One}.scope",
                $"/a.slice/docker-{1:d64}.scope",
                $"/b.slice/docker-{Two}.scope",
            ]);
        found.LeftAlone.ShouldHaveSingleItem().ShouldBe(new(1001, 300 - ScopeFinder.MostOfUser));
        found.Policies.Policies.Single().LeftAlone.ShouldBe(300 - ScopeFinder.MostOfUser);
    }

    /// <summary>The service has no right to look into what others closed (docs/architecture.md, rights of the service).</summary>
    [Fact]
    public void What_may_be_below_a_cgroup_that_cannot_be_listed_is_not_known()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return; // only root can give directories away
        }

        Make($"/docker/{One}", $"/closed/docker/{Two}", "/system.slice/web.service");
        Give("/closed", 1001);
        File.SetUnixFileMode(_mount.Path + "/closed", UnixFileMode.None);
        var policies = Set(
            Containers(),
            Policy("b") with
            {
                Unit = "db.service",
                Scopes = ["/system.slice/db.service"],
            },
            Policy("c") with
            {
                Unit = "web.service",
                Scopes = ["/system.slice/web.service"],
            },
            Policy("d") with
            {
                Scopes = ["/x"],
            }
        );
        FoundScopes? found = null;

        FileRights.Without(() => found = ScopeFinder.Find(policies, _mount.Path));

        found!.Closed.ShouldBe(["/closed"]);
        found.Policies.Policies[0].Scopes.ShouldBe([$"/docker/{One}"]);
        found
            .Policies.Policies.Where(policy => policy.Unseen is not null)
            .Select(policy => policy.Name)
            .ShouldBe([policies.Policies[0].Name, "b"]);
        found.Policies.Policies[0].Unseen!.Scopes.ShouldBe(["/closed"]);
        found.Policies.Policies[0].Unseen!.Why.ShouldBe("may be below /closed, which cannot be listed (EACCES)");
    }

    [Fact]
    public void A_container_has_the_name_that_its_runtime_reports_for_its_id()
    {
        Make($"/system.slice/docker-{One}.scope", $"/system.slice/docker-{Two}.scope", "/lxc.payload.web");
        var reported = Reported((One, Docker with { Name = "web" }), (Two, Docker with { Name = "db" }));

        Find(Containers(("name", "web")), reported).ShouldBe(["/lxc.payload.web", $"/system.slice/docker-{One}.scope"]);
        Find(Containers(("name", "web"), ("runtime", "docker")), reported)
            .ShouldBe([$"/system.slice/docker-{One}.scope"]);
        ScopeFinder
            .Find(Set(Containers()), _mount.Path, reported)
            .Reported.ToDictionary(pair => pair.Key, pair => pair.Value.Name)
            .ShouldBe(
                new Dictionary<string, string?>
                {
                    [$"/system.slice/docker-{One}.scope"] = "web",
                    [$"/system.slice/docker-{Two}.scope"] = "db",
                }
            );
    }

    /// <summary>Nothing is removed from a container only because nobody has named it yet, as after a start of the agent.</summary>
    [Fact]
    public void What_no_runtime_has_named_yet_is_not_known()
    {
        Make($"/system.slice/docker-{One}.scope", $"/system.slice/docker-{Two}.scope", "/lxc.payload.web");
        var policies = Set(Containers(("name", "web")));

        var found = ScopeFinder.Find(policies, _mount.Path, Reported((Two, Docker with { Name = "db" })));

        var policy = found.Policies.Policies.Single();
        policy.Scopes.ShouldBe(["/lxc.payload.web"]);
        policy.Unseen!.Scopes.ShouldBe([$"/system.slice/docker-{One}.scope"]);
        policy.Unseen!.Why.ShouldBe(
            $"may be for containers that no runtime has named yet, 1 in all: /system.slice/docker-{One}.scope"
        );
        found.Undecided.ShouldBe([$"/system.slice/docker-{One}.scope"]);
        ScopeFinder.Find(Set(Containers(("runtime", "docker"))), _mount.Path).Undecided.ShouldBeEmpty();
    }

    [Fact]
    public void What_its_runtime_does_not_name_although_it_answers_has_no_name()
    {
        Make($"/system.slice/docker-{One}.scope", $"/batch/{Two}");
        var policies = Set(Containers(("name", "web")));

        UnseenWith(Reported()).ShouldBe([$"/batch/{Two}", $"/system.slice/docker-{One}.scope"]);
        UnseenWith(Reported() with { Answering = ["podman"] }).Length.ShouldBe(2);
        UnseenWith(Reported() with { Answering = ["docker"] }).ShouldBe([$"/batch/{Two}"]);
        UnseenWith(Reported() with { Answering = ["docker"], AllAnswer = true }).ShouldBeEmpty();
        ScopeFinder
            .Find(policies, _mount.Path, Reported() with { Answering = ["docker"], AllAnswer = true })
            .Undecided.Length.ShouldBe(2, "they are asked for");

        ImmutableArray<string> UnseenWith(ContainerSources sources) =>
            ScopeFinder.Find(policies, _mount.Path, sources).Policies.Policies.Single().Unseen?.Scopes ?? [];
    }

    [Fact]
    public void A_cgroup_that_only_looks_like_a_container_gets_no_name_of_one()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return; // only root can give directories away
        }

        // Made by a user, by what is in a container, and by another runtime.
        Make(
            $"/user.slice/user-1001.slice/docker-{One}.scope",
            $"/system.slice/docker-{Two}.scope/system.slice/docker-{One}.scope",
            $"/machine.slice/libpod-{One}.scope"
        );
        Give("/user.slice/user-1001.slice", 1001);
        var reported = Reported((One, Docker with { Name = "web" }), (Two, Docker with { Name = "db" }));

        Find(Containers(("name", "web")), reported).ShouldBeEmpty();
        Find(Containers(("name", "db")), reported).ShouldBe([$"/system.slice/docker-{Two}.scope"]);
        ScopeFinder
            .Find(Set(Containers()), _mount.Path, reported)
            .Reported.Keys.ShouldBe([$"/system.slice/docker-{Two}.scope"]);
    }

    [Fact]
    public void The_sandbox_of_a_pod_is_no_container()
    {
        var pod = $"/kubepods.slice/kubepods-pod{Uid}.slice";
        Make($"{pod}/cri-containerd-{One}.scope", $"{pod}/cri-containerd-{Two}.scope");
        var empty = ImmutableSortedDictionary<string, string>.Empty;
        var reported = Reported(
            (One, new ReportedContainer("containerd", empty) { IsSandbox = true, Pod = "web-7d4b9" }),
            (Two, new ReportedContainer("containerd", empty) { Name = "nginx", Pod = "web-7d4b9" })
        );

        Find(Containers(("pod", "web-*")), reported).ShouldBe([$"{pod}/cri-containerd-{Two}.scope"]);
        Find(Containers(), reported).ShouldBe([$"{pod}/cri-containerd-{Two}.scope"]);
    }

    /// <summary>The path of <c>ctr run</c> says nothing; containerd's own directory does.</summary>
    [Fact]
    public void A_container_of_ctr_is_found_by_the_directory_that_containerd_keeps()
    {
        using var state = new TemporaryDirectory();
        Directory.CreateDirectory(state.Combine("default", "web"));
        Directory.CreateDirectory(state.Combine("k8s.io", One));
        Make("/default/web", "/default/other", "/batch/web", $"/k8s.io/{Two}");
        var sources = Reported() with { Tasks = ContainerdTasks.Read(state.Path) };

        Find(Containers(("name", "web")), sources).ShouldBe(["/default/web"]);
        Find(Containers(("name", "web"), ("runtime", "containerd")), sources).ShouldBe(["/default/web"]);
        Find(Containers(), sources).ShouldBe(["/default/web", $"/k8s.io/{Two}"]);
        ScopeFinder.Find(Set(Containers()), _mount.Path, sources).Parents.ShouldContain("/default");
        Find(Containers(("name", "web")), Reported()).ShouldBeEmpty();
        ContainerdTasks.Read(state.Combine("absent")).Cgroups.ShouldBeEmpty();
    }

    [Fact]
    public void A_cgroup_in_which_nothing_was_ever_run_is_no_container_for_longer_than_a_start_takes()
    {
        Make($"/docker/{One}", $"/docker/{Two}");
        Write($"/docker/{One}", populated: 0, used: 0);
        Write($"/docker/{Two}", populated: 0, used: 7); // its process has ended
        var created = TimeProvider.System.GetUtcNow();

        FindAfter(TimeSpan.Zero).Length.ShouldBe(2);
        FindAfter(CgroupUse.StartTime - TimeSpan.FromSeconds(30)).Length.ShouldBe(2);
        FindAfter(CgroupUse.StartTime + TimeSpan.FromSeconds(30)).ShouldBe([$"/docker/{Two}"]);
        Write($"/docker/{One}", populated: 1, used: 0);
        FindAfter(CgroupUse.StartTime + TimeSpan.FromSeconds(30)).Length.ShouldBe(2);

        ImmutableArray<string> FindAfter(TimeSpan age) => Find(Containers(), Reported() with { Now = created + age });

        void Write(string path, int populated, int used)
        {
            File.WriteAllText($"{_mount.Path}{path}/cgroup.events", $"populated {populated}\nfrozen 0\n");
            File.WriteAllText($"{_mount.Path}{path}/cpu.stat", $"usage_usec {used}\nuser_usec 0\n");
        }
    }

    [Fact]
    public void Without_a_hierarchy_containers_are_nowhere() =>
        ScopeFinder.Find(Set(Containers()), null).Policies.Policies.Single().Scopes.ShouldBeEmpty();

    private static ReportedContainer Docker => new("docker", ImmutableSortedDictionary<string, string>.Empty);

    private static ContainerSources Reported(params (string Id, ReportedContainer Container)[] containers) =>
        ContainerSources.None with
        {
            Reported = containers.ToImmutableDictionary(entry => entry.Id, entry => entry.Container),
        };

    private ImmutableArray<string> Find(Policy policy, ContainerSources? sources = null) =>
        ScopeFinder.Find(Set(policy), _mount.Path, sources).Policies.Policies.Single().Scopes;

    private void Give(string path, uint user)
    {
        using var process = System.Diagnostics.Process.Start("chown", [$"{user}", _mount.Path + path]);
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
    }

    private void Make(params string[] paths)
    {
        foreach (var path in paths)
        {
            Directory.CreateDirectory(_mount.Path + path);
        }
    }

    private static PolicySet Set(params Policy[] policies) => new("", [.. policies]);

    private static Policy Policy(string name) => new() { Name = name };

    private static Policy Containers(params (string Label, string Value)[] labels) =>
        Policy("p") with
        {
            Scopes = [],
            Container = new ContainerSelector(
                labels.ToImmutableSortedDictionary(label => label.Label, label => label.Value, StringComparer.Ordinal)
            ),
        };
}
