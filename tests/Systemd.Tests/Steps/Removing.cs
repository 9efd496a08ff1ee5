namespace NetEdit.Systemd.Tests;

/// <summary>The end of the package.</summary>
internal static class Removing
{
    private const string HostLabels = "/etc/netedit/host.yaml";

    public static void Remove(ServiceHost host)
    {
        host.Windows(Installation.Port).ShouldBe(["30", "30"]);

        host.Run("dpkg --remove netedit");

        host.Windows(Installation.Port).ShouldBe(["10", "10"]);
        // The kernel frees what nobody holds any more a little later.
        host.WaitFor(
            () => HostContent.ObjectsOf(host).SequenceEqual(host.Before!.Objects),
            "the kernel has the BPF objects that it had before"
        );
        var now = HostContent.Of(host);
        now.Attachments.ShouldBeEmpty();
        now.Settings.ShouldBe(host.Before!.Settings);
        now.Files.ShouldContain($"{ServiceHost.Policies}/first.yaml");
        now.Files.ShouldContain(HostLabels);
        now.Files.ShouldNotContain("/usr/bin/netedit");
        now.Files.Where(file => file.StartsWith("/sys/fs/bpf/", StringComparison.Ordinal)).ShouldBeEmpty();
        host.Try("systemctl is-active netedit").Output.ShouldBe("inactive");
        host.FailedUnits.ShouldBeEmpty();
    }

    public static void Purge(ServiceHost host)
    {
        host.Run("dpkg --purge netedit");

        var now = HostContent.Of(host);
        now.Files.Except(host.Before!.Files, StringComparer.Ordinal).ShouldBeEmpty();
        host.Before.Files.Except(now.Files, StringComparer.Ordinal).ShouldBeEmpty();
        now.Objects.ShouldBe(host.Before.Objects);
        host.Try("dpkg-query --show netedit").ExitCode.ShouldNotBe(0);
        host.Run("systemctl list-unit-files --no-legend 'netedit*'").ShouldBeEmpty();
        host.FailedUnits.ShouldBeEmpty();
    }
}
