using System.IO.Compression;
using Microsoft.Extensions.Time.Testing;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Probing;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Lab;
using NetEdit.Model;

namespace NetEdit.Adapter.Tests;

[Collection<KernelCollection>]
public sealed class CapabilityTests
{
    public static TheoryData<string> Documented => [.. DocumentedCapabilities.Since.Keys];

    [KernelTheory]
    [MemberData(nameof(Documented))]
    public void A_kernel_has_what_its_version_promises(string name)
    {
        using var adapter = BpfAdapter.Open(new AdapterOptions());
        KernelVersion.TryParse(adapter.Capabilities.KernelRelease, out var kernel).ShouldBeTrue();

        var capability = adapter.Capabilities.Find(name)!;

        capability.Reason.ShouldNotBeEmpty();
        capability.Available.ShouldBe(
            DocumentedCapabilities.IsPromised(name, kernel, Configuration()),
            capability.Reason
        );
    }

    /// <summary>Distributions carry what is new to kernels whose release is old: what can be tried is tried.</summary>
    [KernelTheory]
    [InlineData(CapabilityNames.WindowClamp)]
    [InlineData(CapabilityNames.MaximumSegment)]
    [InlineData(CapabilityNames.TransmitRehash)]
    [InlineData(CapabilityNames.MaximumTimeout)]
    [InlineData(CapabilityNames.CgroupOrder)]
    [InlineData(CapabilityNames.Xdp)]
    public void A_release_that_says_little_of_the_kernel_is_not_asked(string name)
    {
        using var adapter = BpfAdapter.Open(new AdapterOptions());
        var probe = new CapabilityProbe([], new Dictionary<string, Capability>(StringComparer.Ordinal));

        var backported = probe.Run("4.18.0-553.el8.x86_64").Find(name)!;

        backported.Available.ShouldBe(adapter.Capabilities.Find(name)!.Available, backported.Reason);
    }

    /// <summary>Options of this kernel; none are known where it does not tell.</summary>
    private static HashSet<string> Configuration()
    {
        const string File = "/proc/config.gz";
        if (!System.IO.File.Exists(File))
        {
            return [.. DocumentedCapabilities.Options.Values];
        }

        using var text = new StreamReader(new GZipStream(System.IO.File.OpenRead(File), CompressionMode.Decompress));
        return [.. text.ReadToEnd().Split('\n')];
    }

    /// <summary>On this kernel it is there. Where a policy hides it, the release has to do, and that is not kept.</summary>
    [KernelFact]
    public void The_first_window_is_tried_on_a_connection_unless_a_policy_hides_it()
    {
        WindowProbe.Run().ShouldBe(WindowProbe.Verdict.Large);

        using var scene = new KernelScene();
        scene.Tune((new ReceiveWindowFeature(), new ParameterValues([KeyValuePair.Create("initial", 20L * 1024)])));
        using (scene.Cgroup.Enter())
        {
            WindowProbe.Run().ShouldBe(WindowProbe.Verdict.Hidden);
            using var adapter = BpfAdapter.Open(new AdapterOptions());
            adapter.Capabilities.Find(CapabilityNames.LargeInitialWindow)!.Reason.ShouldContain("came with Linux 6.10");
        }
    }

    [KernelFact]
    public void Probing_leaves_nothing()
    {
        using var guard = new ResidueGuard();
        using var adapter = BpfAdapter.Open(new AdapterOptions());
        adapter.Capabilities.Capabilities.Length.ShouldBeGreaterThan(10);
    }

    [KernelFact]
    public void The_cache_is_used_and_one_of_another_boot_or_a_damaged_one_is_probed_anew()
    {
        var path = Path.Combine(Path.GetTempPath(), "netedit-" + Guid.NewGuid().ToString("N"), "capabilities.json");
        try
        {
            var probed = Read();
            File.WriteAllText(
                path,
                File.ReadAllText(path).Replace("probe_sockops loads", "from the cache", StringComparison.Ordinal)
            );
            Read().Find(CapabilityNames.Sockops)!.Reason.ShouldBe("from the cache");

            var boot = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
            File.WriteAllText(
                path,
                File.ReadAllText(path).Replace(boot, Guid.Empty.ToString(), StringComparison.Ordinal)
            );
            Read().Capabilities.ShouldBe(probed.Capabilities, "what another boot left says nothing of this one");

            File.WriteAllText(path, "{ damaged");
            Read().Capabilities.ShouldBe(probed.Capabilities);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }

        CapabilityReport Read()
        {
            using var adapter = BpfAdapter.Open(new AdapterOptions { CapabilityCache = path });
            return adapter.Capabilities;
        }
    }

    [KernelFact]
    public void Only_verdicts_about_the_kernel_are_kept()
    {
        var path = Path.Combine(Path.GetTempPath(), "netedit-" + Guid.NewGuid().ToString("N"), "capabilities.json");
        try
        {
            using var adapter = BpfAdapter.Open(new AdapterOptions { CapabilityCache = path });
            var report = adapter.Capabilities;
            var kept = File.ReadAllText(path);

            kept.ShouldContain(CapabilityNames.Sockops);
            kept.ShouldNotContain("mounted");
            kept.ShouldNotContain("EPERM");
            kept.ShouldNotContain("\"Known\":false");
            report
                .Capabilities.Where(capability => capability.Reason.Contains("EPERM", StringComparison.Ordinal))
                .ShouldAllBe(capability => !capability.Known);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
        }
    }

    [Fact]
    public void Mountinfo_is_read_with_optional_fields_and_escapes() =>
        MountInfo
            .Parse([
                "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue",
                "30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw",
                "31 23 0:27 / /run/with\\040blank rw - bpf bpf rw",
                "broken",
            ])
            .ShouldBe([
                new MountInfo(36, "98:0", "/mnt1", "/mnt2", "ext3"),
                new MountInfo(30, "0:26", "/", "/sys/fs/cgroup", "cgroup2"),
                new MountInfo(31, "0:27", "/", "/run/with blank", "bpf"),
            ]);

    [KernelFact]
    public void What_was_refused_for_want_of_a_right_is_tried_again_after_a_minute()
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                var time = new FakeTimeProvider();
                var cache = new CapabilityCache(null, time);
                using (ThreadRights.Without(ThreadRights.SysAdmin, ThreadRights.Bpf))
                {
                    Sockops(cache).Known.ShouldBeFalse();
                }

                cache.RetryDenied().ShouldBeFalse("too soon");
                Sockops(cache).Known.ShouldBeFalse();

                time.Advance(TimeSpan.FromMinutes(1));
                cache.RetryDenied().ShouldBeTrue();
                Sockops(cache).Available.ShouldBeTrue();
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        });
        thread.Start();
        thread.Join();

        failure.ShouldBeNull();

        static Capability Sockops(CapabilityCache cache) => cache.Get().Find(CapabilityNames.Sockops)!;
    }
}
