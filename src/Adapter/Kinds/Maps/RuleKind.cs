using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>Rules: tables that shared maps of maps lead to.</summary>
internal sealed class RuleKind(SharedMapKind maps) : IKernelKind
{
    /// <inheritdoc/>
    public void Observe(Observation observation)
    {
        if (observation.Maps is { } shared)
        {
            observation.State = observation.State with { Rules = shared.RuleTables.Read() };
        }
    }

    /// <inheritdoc/>
    public void Handle(ActionHandlers handlers) =>
        handlers.On<SwitchRules>(rules =>
        {
            var before = maps.Require().RuleTables.Read();
            maps.Require().RuleTables.Switch(rules.Rules);
            return Outcome.Undoable(() => maps.Require().RuleTables.Switch(before));
        });
}
