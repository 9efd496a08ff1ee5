using NetEdit.Adapter.Ledger;

namespace NetEdit.Adapter.Kinds;

/// <summary>Programs of others on the hooks we use: seen after ours, never touched.</summary>
internal sealed class ForeignProgramKind(Cgroups? cgroups) : IKernelKind
{
    private readonly ProgramTypes _types = new();

    /// <inheritdoc/>
    public void Observe(Observation observation)
    {
        var foreign = new ForeignPrograms(cgroups, _types);
        foreign.Look(observation.State.Chains);
        foreign.Look(observation.State.Attachments);
        observation.State = observation.State with
        {
            Foreign = foreign.Found,
            ForeignNotLookedAt = foreign.NotLookedAt,
        };
    }
}
