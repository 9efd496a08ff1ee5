using System.Reflection;

namespace NetEdit.Agent.Tests;

public sealed class TypeNamesTests
{
    /// <summary>A name is right without its namespace: whoever reads it has the one type in mind that has it.</summary>
    [Fact]
    public void No_two_types_of_the_product_share_a_name()
    {
        var product = Directory
            .GetFiles(AppContext.BaseDirectory, "NetEdit.*.dll", SearchOption.AllDirectories)
            .Append(Path.Combine(AppContext.BaseDirectory, "netedit.dll"))
            .Where(file => !Path.GetFileName(file).Contains("Tests", StringComparison.Ordinal))
            .Select(Assembly.LoadFrom)
            .ToList();
        product.Count.ShouldBeGreaterThan(5);

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
