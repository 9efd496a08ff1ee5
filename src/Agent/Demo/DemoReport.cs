using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.Agent.Demo;

/// <summary>A knob that a policy turned.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Knob">What was read, and at which end.</param>
/// <param name="Before">Its value without the policies.</param>
/// <param name="After">Its value with them.</param>
/// <param name="Source">How it was read.</param>
/// <param name="Sets">What the policy sets that shows here, by the kernel's names.</param>
/// <param name="SetAt">The end at which it does: <c>client</c>, <c>server</c>, or both.</param>
internal sealed record DemoRow(
    string Policy,
    string Knob,
    string Before,
    string After,
    string Source,
    ImmutableArray<string> Sets,
    ImmutableArray<string> SetAt
);

/// <summary>What the demo showed.</summary>
/// <param name="Rows">Knobs that changed.</param>
/// <param name="Policies">What was decided for each policy.</param>
/// <param name="LeftBehind">What the kernel holds more than before; empty when all was removed.</param>
internal sealed record DemoReport(
    ImmutableArray<DemoRow> Rows,
    ImmutableArray<PolicyDecision> Policies,
    ImmutableArray<string> LeftBehind
);
