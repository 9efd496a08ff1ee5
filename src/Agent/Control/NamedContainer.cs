using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.Agent.Control;

/// <summary>A container of a policy by the name that people use.</summary>
/// <param name="Scope">Path of its cgroup.</param>
/// <param name="Runtime">The runtime that reports it.</param>
/// <param name="Name">Its name; null if it has none.</param>
/// <param name="Image">Its image; null if only the id of the image is known.</param>
/// <param name="Namespace">Namespace of its pod; null if it is in none.</param>
/// <param name="Pod">Name of its pod; null if it is in none.</param>
internal sealed record NamedContainer(
    string Scope,
    string Runtime,
    string? Name,
    string? Image,
    string? Namespace,
    string? Pod
)
{
    /// <summary>The containers among the scopes of policies, sorted by path.</summary>
    /// <param name="policies">The policies.</param>
    /// <param name="named">What runtimes report, by path.</param>
    public static ImmutableArray<NamedContainer> Of(
        ImmutableArray<PolicyDecision> policies,
        ImmutableSortedDictionary<string, ReportedContainer> named
    ) =>
        [
            .. from scope in policies.SelectMany(policy => policy.Scopes).Distinct().Order(StringComparer.Ordinal)
            where named.ContainsKey(scope)
            let container = named[scope]
            select new NamedContainer(
                scope,
                container.Runtime,
                container.Name,
                container.Image?.ToString(),
                container.Namespace,
                container.Pod
            ),
        ];

    /// <summary>Returns pod, name and image: <c>shop/web-7d4b9-xk2lp nginx (nginx:1.25)</c>.</summary>
    public override string ToString() =>
        string.Join(
            ' ',
            new[]
            {
                Pod is null ? null : $"{Namespace}/{Pod}",
                Name,
                Image is null ? null : $"({Image})",
            }.OfType<string>()
        );
}
