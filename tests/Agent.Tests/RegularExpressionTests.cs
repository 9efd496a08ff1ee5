using System.Reflection;
using System.Text.RegularExpressions;
using NetEdit.Adapter;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Tests;

/// <summary>
/// A regular expression with a bound of time fails on a host that is busy or was suspended, and then a good policy is not read (seen at a load of 25
/// on two cores). What ours read is bounded in length, and none backtracks more than once per character.
/// </summary>
public sealed class RegularExpressionTests
{
    [Fact]
    public void NoneReadsAClock()
    {
        Assembly[] assemblies =
        [
            typeof(ProductInfo).Assembly,
            typeof(BpfAdapter).Assembly,
            typeof(PolicyReader).Assembly,
        ];
        var expressions = assemblies
            .SelectMany(assembly => assembly.GetTypes())
            .SelectMany(type =>
                type.GetMethods(
                    BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly
                )
            )
            .Select(method => (method, method.GetCustomAttribute<GeneratedRegexAttribute>()))
            .Where(pair => pair.Item2 is not null)
            .ToList();

        expressions.Count.ShouldBeGreaterThan(20);
        expressions
            .Where(pair => pair.Item2!.MatchTimeoutMilliseconds != Timeout.Infinite)
            .Select(pair => $"{pair.method.DeclaringType}.{pair.method.Name}")
            .ShouldBeEmpty();
    }
}
