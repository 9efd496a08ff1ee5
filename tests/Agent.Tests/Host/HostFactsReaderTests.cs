using NetEdit.Adapter;
using NetEdit.Agent.Host;
using NetEdit.Host;

namespace NetEdit.Agent.Tests.Host;

public sealed class HostFactsReaderTests
{
    [Fact]
    public void This_host_is_described()
    {
        var (facts, _) = new HostFactsReader().Read();

        facts.KernelRelease.ShouldBe(File.ReadAllText("/proc/sys/kernel/osrelease").Trim());
        facts.HostName.ShouldNotBeEmpty();
        facts.Processors.ShouldBeGreaterThan(0);
        facts.MemoryBytes.ShouldBeGreaterThan(0);
        string[] limits = [.. HostFactsReader.LimitSysctls.Select(limit => limit.Name), HostLimits.TicksPerSecond];
        facts.Limits.Keys.ShouldBe(limits, ignoreOrder: true);
        facts.Labels["netedit/kernel"].ShouldBe(facts.KernelRelease);
    }

    [Fact]
    public void A_recorded_host_is_read_from_its_root()
    {
        using var root = new TemporaryDirectory();
        root.Write("proc/sys/kernel/osrelease", "5.10.0-30-amd64\n");
        root.Write("proc/sys/kernel/hostname", "web7\n");
        root.Write("proc/sys/net/core/rmem_max", "212992\n");
        root.Write("proc/sys/net/ipv4/tcp_rmem", "4096\t131072\t6291456\n");
        root.Write("proc/meminfo", "MemTotal:        8148108 kB\nMemFree: 1 kB\n");
        root.Write("sys/devices/system/cpu/online", "0-3,8\n");
        root.Write("etc/os-release", "NAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\nID=debian\n");
        root.Write("etc/netedit/host.yaml", "labels: { role: web }\n");

        var (facts, errors) = new HostFactsReader(root.Path).Read();

        errors.ShouldBeEmpty();
        facts.KernelRelease.ShouldBe("5.10.0-30-amd64");
        facts.Distribution.ShouldBe("debian-12");
        facts.Processors.ShouldBe(5);
        facts.MemoryBytes.ShouldBe(8148108L * 1024);
        facts.Limits.ShouldBe([
            new("net.core.rmem_max", 212992),
            new("net.ipv4.tcp_rmem default", 131072),
            new("net.ipv4.tcp_rmem max", 6291456),
        ]);
        facts.Labels["role"].ShouldBe("web");
        facts.Labels["netedit/hostname"].ShouldBe("web7");
        facts.Labels["netedit/distribution"].ShouldBe("debian-12");
    }

    /// <summary>By what they would say, policies select hosts: a host that is half known is not another one.</summary>
    [Theory]
    [InlineData("etc/os-release", "os-release", "ELOOP")]
    [InlineData("etc/os-release", "nowhere", "ENOENT")]
    [InlineData("proc/sys/kernel/hostname", "..", "EISDIR")]
    public void A_file_that_is_there_and_cannot_be_read_is_not_taken_for_an_empty_one(
        string file,
        string target,
        string errno
    )
    {
        using var root = new TemporaryDirectory();
        root.Write(file, "");
        File.Delete(Path.Combine(root.Path, file));
        File.CreateSymbolicLink(Path.Combine(root.Path, file), target);

        Should
            .Throw<BpfException>(() => new HostFactsReader(root.Path).Read())
            .Message.ShouldContain($"{file}: {errno}");
    }

    [Fact]
    public void A_sysctl_that_cannot_be_looked_at_is_not_taken_for_one_that_this_kernel_lacks()
    {
        using var root = new TemporaryDirectory();
        root.Write("proc/sys/net/core/somaxconn", "4096\n");
        var reader = new HostFactsReader(root.Path);

        reader.Sysctls(["net.core.somaxconn", "net.core.none"]).ShouldBe(["net.core.somaxconn"]);
        Should
            .Throw<BpfException>(() => reader.Sysctls([$"net.core.{new string('x', 300)}"]))
            .Message.ShouldContain("ENAMETOOLONG");
    }

    [Theory]
    [InlineData("ID=arch\n", "arch")]
    [InlineData("ID='ubuntu'\nVERSION_ID='24.04'\n", "ubuntu-24.04")]
    [InlineData("", "")]
    public void Distributions_are_named(string osRelease, string expected) =>
        HostFactsReader.Distribution(osRelease).ShouldBe(expected);
}
