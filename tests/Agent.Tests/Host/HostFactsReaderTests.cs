using NetEdit.Agent.Host;
using Shouldly;
using Xunit;

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
        facts.Limits.Keys.ShouldBe(["net.core.rmem_max", "net.core.wmem_max"]);
        facts.Labels["netedit/kernel"].ShouldBe(facts.KernelRelease);
    }

    [Fact]
    public void A_recorded_host_is_read_from_its_root()
    {
        using var root = new TemporaryDirectory();
        root.Write("proc/sys/kernel/osrelease", "5.10.0-30-amd64\n");
        root.Write("proc/sys/kernel/hostname", "web7\n");
        root.Write("proc/sys/net/core/rmem_max", "212992\n");
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
        facts.Limits.ShouldBe([new("net.core.rmem_max", 212992)]);
        facts.Labels["role"].ShouldBe("web");
        facts.Labels["netedit/hostname"].ShouldBe("web7");
        facts.Labels["netedit/distribution"].ShouldBe("debian-12");
    }

    [Theory]
    [InlineData("ID=arch\n", "arch")]
    [InlineData("ID='ubuntu'\nVERSION_ID='24.04'\n", "ubuntu-24.04")]
    [InlineData("", "")]
    public void Distributions_are_named(string osRelease, string expected) => HostFactsReader.Distribution(osRelease).ShouldBe(expected);
}
