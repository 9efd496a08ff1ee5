using System.Collections.Immutable;

namespace NetEdit.Effects;

/// <summary>A group of bars per category, one per arm.</summary>
/// <param name="Title">What is shown.</param>
/// <param name="Unit">Unit of the vertical axis; empty for a count or a share.</param>
/// <param name="Categories">Names of the groups; a comma begins another line.</param>
/// <param name="Series">The arms.</param>
internal sealed record Panel(string Title, string Unit, ImmutableArray<string> Categories, ImmutableArray<Bars> Series);

/// <summary>An arm's values, one per category.</summary>
internal sealed record Bars(string Arm, ImmutableArray<Estimate> Values);
