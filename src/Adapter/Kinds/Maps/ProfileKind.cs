using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>Profiles: entries of a shared map.</summary>
internal sealed class ProfileKind(SharedMapKind maps) : IKernelKind
{
    /// <inheritdoc/>
    public void Observe(Observation observation)
    {
        if (observation.Maps is { } shared)
        {
            shared.Refresh();
            observation.State = observation.State with { Profiles = shared.ProfileTable.Read() };
        }
    }

    /// <inheritdoc/>
    public void Handle(ActionHandlers handlers)
    {
        handlers.OnBatch<WriteProfile>(writes =>
            Write([.. writes.Select(write => (write.Profile.Id, write.Profile.Value))])
        );
        handlers.On<DeleteProfile>(delete =>
        {
            maps.Require().ProfileTable.Delete(delete.Id);
            return Outcome.Done;
        });
    }

    private Outcome Write(ImmutableArray<(ulong Id, ImmutableArray<byte> Value)> profiles)
    {
        var before = maps.Require().ProfileTable.Known;
        try
        {
            maps.Require().ProfileTable.Write(profiles);
        }
        catch
        {
            PutBack();
            throw;
        }

        return Outcome.Undoable(PutBack);

        void PutBack()
        {
            foreach (var (added, _) in profiles.Where(profile => !before.ContainsKey(profile.Id)))
            {
                maps.Require().ProfileTable.Delete(added);
            }

            maps.Require()
                .ProfileTable.Write([
                    .. profiles
                        .Where(profile => before.ContainsKey(profile.Id))
                        .Select(profile => (profile.Id, before[profile.Id])),
                ]);
        }
    }
}
