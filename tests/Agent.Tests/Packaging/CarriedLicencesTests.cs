using System.Text.Json.Nodes;

namespace NetEdit.Agent.Tests.Packaging;

/// <summary>The package's copyright file names the licence of whatever the program carries.</summary>
public sealed class CarriedLicencesTests
{
    // They work in the compiler, and are not in the product.
    private static readonly string[] Analyzers =
    [
        "Grpc.Tools",
        "Meziantou.Analyzer",
        "Microsoft.CodeAnalysis.BannedApiAnalyzers",
        "Microsoft.CodeAnalysis.PublicApiAnalyzers",
        "Roslynator.Analyzers",
    ];

    [Fact]
    public void Every_library_of_the_product_is_named()
    {
        var copyright = File.ReadAllText(Path.Combine(Repository.Root, "packaging", "debian", "copyright"));
        var libraries = Directory
            .GetFiles(Path.Combine(Repository.Root, "src"), "packages.lock.json", SearchOption.AllDirectories)
            .SelectMany(file => JsonNode.Parse(File.ReadAllText(file))!["dependencies"]!.AsObject())
            .SelectMany(target => target.Value!.AsObject())
            .Where(library => (string?)library.Value!["type"] != "Project")
            .Select(library => library.Key)
            .Except(Analyzers, StringComparer.Ordinal)
            .ToList();

        libraries.ShouldContain("YamlDotNet");
        libraries.Where(library => !IsNamed(copyright, library)).ShouldBeEmpty();
    }

    /* Of Microsoft.Extensions.X.Y and the like, the family is named. */
    private static bool IsNamed(string copyright, string library) =>
        copyright.Contains(string.Join('.', library.Split('.').Take(3)), StringComparison.Ordinal);
}
