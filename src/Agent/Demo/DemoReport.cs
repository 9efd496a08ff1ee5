using System.Collections.Immutable;
using NetEdit.Policies;

namespace NetEdit.Agent.Demo;

/// <summary>A knob that a policy turned.</summary>
internal sealed record DemoRow(string Policy, string Knob, string Before, string After, string Source);

/// <summary>What the demo showed.</summary>
/// <param name="Rows">Knobs that changed.</param>
/// <param name="Policies">What was decided for each policy.</param>
/// <param name="LeftBehind">What the kernel holds more than before; empty when all was removed.</param>
internal sealed record DemoReport(ImmutableArray<DemoRow> Rows, ImmutableArray<PolicyDecision> Policies, ImmutableArray<string> LeftBehind);
