namespace NetEdit.Agent.Tests.Packaging;

/// <summary>What is in the Debian package.</summary>
public sealed class PackageContentTests(DebianPackage package) : IClassFixture<DebianPackage>, IDisposable
{
    // A place from which programs may run.
    private readonly TemporaryDirectory _unpacked = new(AppContext.BaseDirectory);

    private IEnumerable<PackageEntry> Entries => PackageEntry.Of(package.Path);

    [Fact]
    public void Everything_lies_where_debian_wants_it()
    {
        Entries
            .Where(entry => !entry.IsDirectory)
            .Select(entry => entry.Path)
            .Where(path => !path.StartsWith("/usr/lib/netedit/", StringComparison.Ordinal))
            .Where(path => !path.StartsWith("/usr/share/man/man1/netedit-", StringComparison.Ordinal))
            .Where(path => !path.StartsWith("/usr/share/netedit/policies/", StringComparison.Ordinal))
            .Where(path => !path.StartsWith("/usr/share/doc/netedit/runbooks/", StringComparison.Ordinal))
            .ShouldBe(
                [
                    "/etc/netedit/host.yaml",
                    "/usr/bin/netedit",
                    "/usr/lib/systemd/system/netedit.service",
                    "/usr/share/bash-completion/completions/netedit",
                    "/usr/share/doc/netedit/changelog.gz",
                    "/usr/share/doc/netedit/copyright",
                    "/usr/share/doc/netedit/install.md",
                    "/usr/share/doc/netedit/policies.md",
                    "/usr/share/fish/vendor_completions.d/netedit.fish",
                    "/usr/share/lintian/overrides/netedit",
                    "/usr/share/man/man1/netedit.1.gz",
                    "/usr/share/netedit/grafana/netedit.json",
                    "/usr/share/netedit/policy.schema.json",
                    "/usr/share/netedit/prometheus/netedit.rules.yml",
                    "/usr/share/zsh/vendor-completions/_netedit",
                ],
                ignoreOrder: true
            );
        Entries.Select(entry => entry.Path).ShouldContain("/etc/netedit/policies.d/");
    }

    [Fact]
    public void Everything_belongs_to_root_is_readable_by_all_and_writable_by_nobody_else()
    {
        Entries.ShouldAllBe(entry => entry.Owner == "root/root");
        Entries.Where(entry => entry.IsDirectory).ShouldAllBe(entry => entry.Mode == "drwxr-xr-x");
        Entries
            .Where(entry => !entry.IsDirectory && !entry.IsLink && entry.Mode != "-rw-r--r--")
            .Select(entry => (entry.Path, entry.Mode))
            .ShouldBe([("/usr/lib/netedit/netedit", "-rwxr-xr-x")]);
    }

    [Fact]
    public void The_runbook_of_each_alert_is_where_the_alert_says()
    {
        const string Key = "runbook_url: \"file://";
        List<string> pages =
        [
            .. File.ReadLines(Path.Combine(Repository.Root, "packaging/prometheus/netedit.rules.yml"))
                .Select(line => line.Trim())
                .Where(line => line.StartsWith(Key, StringComparison.Ordinal))
                .Select(line => line[Key.Length..].TrimEnd('"')),
        ];

        pages.ShouldNotBeEmpty();
        pages.ShouldBeSubsetOf(Entries.Select(entry => entry.Path));
    }

    [Fact]
    public void Its_time_and_version_are_those_of_the_commit_and_its_bytes_the_same_each_time()
    {
        var commit = Tool.Run("git", "-C", Repository.Root, "log", "-1", "--format=%ct %h", "--abbrev=12").Split(' ');
        var version = Tool.Run("dpkg-deb", "--field", package.Path, "Version");
        if (!version.Contains('~', StringComparison.Ordinal))
        {
            version.Trim().ShouldBe(ProductInfo.Version);
        }
        else
        {
            version.ShouldStartWith($"{ProductInfo.Version}~git");
            version.ShouldContain("." + commit[1].Trim());
        }

        Entries.Select(entry => entry.Time).Distinct(StringComparer.Ordinal).ShouldHaveSingleItem();
        File.ReadAllBytes(package.Make("second")).ShouldBe(File.ReadAllBytes(package.Path));
    }

    [Fact]
    public void The_program_finds_its_features_and_examples_through_the_link_in_usr_bin()
    {
        Tool.Run("dpkg-deb", "--extract", package.Path, _unpacked.Path);
        var program = _unpacked.Combine("usr/bin/netedit");

        var (exitCode, schema, errors) = Tool.Try(program, "schema");
        exitCode.ShouldBe(0);
        schema.ShouldContain("\"initial-cwnd\"");
        errors.ShouldBeEmpty();
        Tool.Run(program, "validate", _unpacked.Combine("usr/lib/netedit/policies")).ShouldStartWith("ok: ");
    }

    [Theory]
    [InlineData("bash", "usr/share/bash-completion/completions/netedit")]
    [InlineData("zsh", "usr/share/zsh/vendor-completions/_netedit")]
    [InlineData("fish", "usr/share/fish/vendor_completions.d/netedit.fish")]
    public void A_shell_can_read_its_completions(string shell, string file)
    {
        Tool.Run("dpkg-deb", "--extract", package.Path, _unpacked.Path);
        Assert.SkipUnless(Tool.IsInstalled(shell), $"{shell} is not installed");

        Tool.Run(shell, "-n", _unpacked.Combine(file)).ShouldBeEmpty();
    }

    [Fact]
    public void Its_maintainer_scripts_are_shell_scripts_without_mistakes()
    {
        Tool.Run("dpkg-deb", "--control", package.Path, _unpacked.Path);

        foreach (var script in new[] { "postinst", "prerm", "postrm" })
        {
            Tool.Run("sh", "-n", _unpacked.Combine(script));
        }

        File.ReadAllLines(_unpacked.Combine("conffiles")).ShouldBe(["/etc/netedit/host.yaml"]);
    }

    public void Dispose() => _unpacked.Dispose();
}
