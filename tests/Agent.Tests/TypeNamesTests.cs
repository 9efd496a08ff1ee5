using System.Reflection;

namespace NetEdit.Agent.Tests;

public sealed class TypeNamesTests
{
    /// <summary>A name is right without its namespace: whoever reads it has the one type in mind that has it.</summary>
    [Fact]
    public void No_two_types_of_the_product_share_a_name()
    {
        var projects = Directory
            .GetFiles(Path.Combine(Repository.Root, "src"), "NetEdit.*.csproj", SearchOption.AllDirectories)
            .Select(project => Path.GetFileNameWithoutExtension(project))
            .Select(name => name == "NetEdit.Agent" ? "netedit.dll" : name + ".dll")
            .ToHashSet(StringComparer.Ordinal);
        var product = Directory
            .GetFiles(AppContext.BaseDirectory, "*.dll", SearchOption.AllDirectories)
            .Where(file => projects.Contains(Path.GetFileName(file)))
            .DistinctBy(file => Path.GetFileName(file))
            .Select(Assembly.LoadFrom)
            .ToList();
        product.Count.ShouldBe(projects.Count);

        product
            .SelectMany(assembly => assembly.GetTypes())
            .Where(type =>
                type.Namespace?.StartsWith("NetEdit", StringComparison.Ordinal) == true && !type.Name.Contains('<')
            )
            .GroupBy(type => type.Name, StringComparer.Ordinal)
            .Where(types => types.Count() > 1)
            .Select(types => string.Join(", ", types))
            .ShouldBeEmpty();
    }
}
