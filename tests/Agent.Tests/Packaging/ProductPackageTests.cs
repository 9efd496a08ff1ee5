using System.Text.RegularExpressions;

namespace NetEdit.Agent.Tests.Packaging;

/// <summary>The Debian package as hosts get it. It takes minutes to build.</summary>
[Trait(TestDepth.Trait, TestDepth.Deep)]
public sealed partial class ProductPackageTests(ProductPackage package) : IClassFixture<ProductPackage>
{
    // The packages that have them in Debian 12 and 13, and their libraries.
    private static readonly (string Package, string[] Libraries)[] Providers =
    [
        ("libc6", ["ld-linux", "libc.so.6", "libdl.so.2", "libm.so.6", "libpthread.so.0", "librt.so.1"]),
        ("libgcc-s1", ["libgcc_s.so.1"]),
        ("libstdc++6", ["libstdc++.so.6"]),
    ];

    [Fact]
    public void Two_builds_of_a_commit_in_two_directories_have_the_same_bytes() =>
        File.ReadAllBytes(package.Build("two")).ShouldBe(File.ReadAllBytes(package.Path));

    [Fact]
    public void Lintian_finds_no_error_and_no_warning()
    {
        var (exitCode, output, errors) = Tool.Try(
            "lintian",
            "--allow-root",
            "--fail-on",
            "error,warning",
            package.Path
        );

        exitCode.ShouldBe(0, output + errors);
    }

    [Fact]
    public void It_depends_on_whatever_its_programs_and_libraries_are_linked_with()
    {
        var depends = Tool.Run("dpkg-deb", "--field", package.Path, "Depends").Trim();
        var own = Path.Combine(package.Root, "usr/lib/netedit");
        var files = Directory
            .GetFiles(own)
            .Where(file => file.EndsWith(".so", StringComparison.Ordinal) || !Path.HasExtension(file))
            .ToList();
        var links = string.Concat(files.Select(file => Tool.Run("readelf", "--wide", "--dynamic", "-V", file)));

        files.Count.ShouldBeGreaterThan(8);
        var needed = NeededLibrary()
            .Matches(links)
            .Select(match => match.Groups["name"].Value)
            .Where(name => !File.Exists(Path.Combine(own, name)));
        foreach (var name in needed.Distinct(StringComparer.Ordinal))
        {
            var provider = Providers.Single(provider =>
                Array.Exists(provider.Libraries, library => name.StartsWith(library, StringComparison.Ordinal))
            );
            depends.ShouldContain(provider.Package);
        }

        depends.ShouldContain($"libc6 (>= {Latest(links, "GLIBC_")})");
        // That of GCC 6.
        Latest(links, "GLIBCXX_").ShouldBe(new Version(3, 4, 22));
        // Loaded by name: what NetEdit itself calls, and what .NET's cryptography calls.
        depends.ShouldContain("libbpf1");
        depends.ShouldContain("libssl3");
    }

    [Fact]
    public void The_program_runs_without_an_installed_runtime_and_finds_its_features()
    {
        var (exitCode, schema, errors) = Tool.Try(
            "env",
            "--ignore-environment",
            Path.Combine(package.Root, "usr/bin/netedit"),
            "schema"
        );

        exitCode.ShouldBe(0);
        schema.ShouldContain("\"initial-cwnd\"");
        errors.ShouldBeEmpty();
    }

    private static Version? Latest(string links, string prefix) =>
        SymbolVersion()
            .Matches(links)
            .Where(match => match.Groups["prefix"].Value == prefix)
            .Select(match => Version.Parse(match.Groups["version"].Value))
            .Max();

    [GeneratedRegex(
        @"\(NEEDED\).*\[(?<name>[^\]]+)\]",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex NeededLibrary();

    [GeneratedRegex(
        @"Name: (?<prefix>GLIBC_|GLIBCXX_)(?<version>\d+(\.\d+)+) ",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex SymbolVersion();
}
