namespace NetEdit.Agent.Tests.Packaging;

/// <summary>
/// Installs, upgrades, removes and purges the Debian package in a directory: dpkg and the maintainer scripts do what they do on a host,
/// but start no service and touch no kernel.
/// </summary>
public sealed class PackageLifeTests(DebianPackage package) : IClassFixture<DebianPackage>, IDisposable
{
    private const string Wanted = "etc/systemd/system/multi-user.target.wants/netedit.service";
    private const string Policy = "etc/netedit/policies.d/mine.yaml";
    private readonly TemporaryDirectory _root = new();

    public void Dispose() => _root.Dispose();

    [Fact]
    public void Installing_enables_the_service_and_purging_leaves_nothing_at_all()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "dpkg gives files to root");
        Dpkg("--install", package.Path);
        Exists("usr/bin/netedit").ShouldBeTrue();
        Exists(Wanted).ShouldBeTrue("the service is not enabled");
        Use();

        Dpkg("--purge", "netedit");
        Ours().ShouldBeEmpty();
    }

    [Fact]
    public void Removing_keeps_what_the_administrator_wrote_and_what_the_agent_remembers()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "dpkg gives files to root");
        Dpkg("--install", package.Path);
        Use();

        Dpkg("--remove", "netedit");

        Exists("usr/lib/netedit").ShouldBeFalse();
        Exists("usr/bin/netedit").ShouldBeFalse();
        Exists(Policy).ShouldBeTrue();
        Exists("etc/netedit/host.yaml").ShouldBeTrue();
        Exists("var/lib/netedit/netedit/policies.json").ShouldBeTrue();
        Dpkg("--purge", "netedit");
        Exists("etc/netedit").ShouldBeFalse();
        Exists("var/lib/netedit").ShouldBeFalse();
    }

    [Fact]
    public void An_upgrade_keeps_policies_labels_state_and_that_somebody_disabled_the_service()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "dpkg gives files to root");
        Dpkg("--install", package.Path);
        Use();
        File.Delete(_root.Combine(Wanted));

        Dpkg("--install", package.MakeLater());

        File.ReadAllText(_root.Combine("etc/netedit/host.yaml")).ShouldBe("labels: { role: web }\n");
        Exists(Policy).ShouldBeTrue();
        Exists("var/lib/netedit/netedit/policies.json").ShouldBeTrue();
        Exists(Wanted).ShouldBeFalse("the upgrade enabled the service again");
        Tool.Run("dpkg-query", $"--admindir={_root.Combine("var/lib/dpkg")}", "--show", "netedit")
            .ShouldEndWith("\t99\n");
    }

    [Fact]
    public void Each_step_can_be_made_twice()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "dpkg gives files to root");

        Dpkg("--install", package.Path);
        Dpkg("--install", package.Path);
        Exists(Wanted).ShouldBeTrue();
        Dpkg("--remove", "netedit");
        Dpkg("--install", package.Path);
        Exists(Wanted).ShouldBeTrue();
        Dpkg("--purge", "netedit");
        Dpkg("--purge", "netedit");
    }

    /// <summary>What an administrator and an agent leave behind.</summary>
    private void Use()
    {
        _root.Write(Policy, "");
        _root.Write("etc/netedit/host.yaml", "labels: { role: web }\n");
        _root.Write("var/lib/netedit/netedit/policies.json", "");
        _root.Write("run/netedit/netedit.lock", "");
    }

    private void Dpkg(string step, string what)
    {
        if (!Exists("var/lib/dpkg/status"))
        {
            _root.Write("var/lib/dpkg/status", "");
            Directory.CreateDirectory(_root.Combine("var/lib/dpkg/info"));
            Directory.CreateDirectory(_root.Combine("var/lib/dpkg/updates"));
        }

        // What the package depends on is on this machine, and not in the directory.
        Tool.Run("dpkg", $"--root={_root.Path}", "--force-script-chrootless", "--force-depends", step, what);
    }

    private bool Exists(string path) => Path.Exists(_root.Combine(path));

    /// <summary>Every file, and every directory of NetEdit. Directories of the distribution, which systemd and dpkg make, are not ours.</summary>
    private IEnumerable<string> Ours() =>
        Directory
            .EnumerateFileSystemEntries(_root.Path, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_root.Path, path))
            .Where(path => !path.StartsWith("var/lib/dpkg", StringComparison.Ordinal))
            .Where(path =>
                !Directory.Exists(_root.Combine(path)) || path.Contains("netedit", StringComparison.Ordinal)
            );
}
