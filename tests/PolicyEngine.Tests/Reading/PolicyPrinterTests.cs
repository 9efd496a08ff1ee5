using FsCheck;
using FsCheck.Fluent;
using NetEdit.Model;
using NetEdit.PolicyEngine.Tests.Support;

namespace NetEdit.PolicyEngine.Tests.Reading;

public sealed class PolicyPrinterTests
{
    [Fact]
    public void WhatIsPrintedReadsBackTheSame() =>
        Prop.ForAll(
                Generators.FullPolicy.ToArbitrary(),
                policy =>
                {
                    var text = PolicyPrinter.Print(policy, TestCatalog.Standard);
                    var result = World.Read(text);
                    result.Errors.ShouldBeEmpty(text);
                    ShouldBeSame(result.Set!.Policies.Single(), policy);
                    PolicyPrinter.Print(result.Set.Policies.Single(), TestCatalog.Standard).ShouldBe(text);
                }
            )
            .Check(Samples.UpTo(500));

    [Fact]
    public void PrintsOneForm() =>
        PolicyPrinter
            .Print(
                World
                    .Set(
                        World.Yaml(
                            "a",
                            "priority: 3\nconnections: [ { ports: [8000-8999, 443, 443], peers: "
                                + "[\"fd00::/8\", 10.0.0.0/8] } ]",
                            "{ receive-window: { clamp: 4096KiB, initial: 1500B, buffer: 2000kB }, dctcp: }"
                        )
                    )
                    .Policies[0],
                TestCatalog.Standard
            )
            .ShouldBe(
                """
                ---
                apiVersion: netedit/v1
                kind: TuningPolicy
                metadata:
                  name: "a"
                spec:
                  connections:
                    - peers: ["10.0.0.0/8", "fd00::/8"]
                      ports: [443, 8000-8999]
                      direction: both
                  priority: 3
                  tuning:
                    "dctcp": {}
                    "receive-window": { initial: 1500B, clamp: 4MiB, buffer: 2MB }

                """
            );

    [Fact]
    public void TheRevisionDependsOnMeaningAlone()
    {
        var one = World
            .Read([
                ("x.yaml", World.Yaml("a", "priority: 1") + World.Yaml("b", "", "{ receive-window: { clamp: 4MiB } }")),
            ])
            .Set!;
        var other = World
            .Read([
                ("2.yaml", World.Yaml("a", "# first\npriority:   1\nscope: {}")),
                ("1.yaml", World.Yaml("b", "", "{ receive-window: { clamp: 4096KiB } }")),
            ])
            .Set!;

        one.Revision.ShouldMatch("^[0-9a-f]{16}$");
        other.Revision.ShouldBe(one.Revision);
        World
            .Set(World.Yaml("a", "priority: 2"), World.Yaml("b", "", "{ receive-window: { clamp: 4MiB } }"))
            .Revision.ShouldNotBe(one.Revision);
    }

    private static void ShouldBeSame(Policy actual, Policy expected)
    {
        actual.Name.ShouldBe(expected.Name);
        actual.Labels.ShouldBe(expected.Labels);
        actual.Scopes.ShouldBe(expected.Scopes);
        (actual.Container?.Labels).ShouldBe(expected.Container?.Labels);
        actual.Priority.ShouldBe(expected.Priority);
        actual.Tuning.ShouldBe(expected.Tuning);
        actual.Hosts.Labels.ShouldBe(expected.Hosts.Labels);
        actual.Hosts.Kernel?.Bounds.ShouldBe(expected.Hosts.Kernel!.Bounds);
        (actual.Hosts.Kernel is null).ShouldBe(expected.Hosts.Kernel is null);
        actual
            .Hosts.Expressions.Select(expression =>
                (expression.Key, expression.Operator, string.Join('\n', expression.Values))
            )
            .ShouldBe(
                expected.Hosts.Expressions.Select(expression =>
                    (expression.Key, expression.Operator, string.Join('\n', expression.Values))
                )
            );
        actual.Connections.Length.ShouldBe(expected.Connections.Length);
        foreach (var (left, right) in actual.Connections.Zip(expected.Connections))
        {
            left.Peers.ShouldBe(right.Peers);
            left.Ports.ShouldBe(right.Ports);
            left.Directions.ShouldBe(right.Directions);
        }
    }
}
