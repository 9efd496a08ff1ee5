namespace NetEdit.Model;

/// <summary>Builds a rule table beside the one in use and switches to it with one write.</summary>
/// <param name="Rules">The new table.</param>
/// <param name="Why">The reason.</param>
public sealed record SwitchRules(RuleTable Rules, string Why) : PlanAction(Why)
{
    /// <summary>Whether the table only adds the rules of chains that the plan attaches or changes next.</summary>
    public bool OnlyAdds { get; init; }

    /// <inheritdoc/>
    public override ActionPhase Phase => OnlyAdds ? ActionPhase.AddRules : ActionPhase.ChangeRules;

    /// <inheritdoc/>
    public override bool NeedsRecords => true;

    /// <inheritdoc/>
    public override ActionDescription Description =>
        ActionDescription.Change(
            "switch",
            "rules",
            $"{Plural.Count(Rules.Prefixes.Length, "rule")}, {Plural.Count(Rules.Ports.Length, "port range")}",
            Rules.Digest
        );
}
