using System.Collections.Immutable;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>Profiles: entries of a shared map.</summary>
internal sealed class ProfileKind(SharedMapKind maps) : IKernelKind
{
    /// <inheritdoc/>
    public void Observe(Observation observation)
    {
        if (maps.Maps is { } shared)
        {
            observation.State = observation.State with { Profiles = shared.ReadProfiles() };
        }
    }

    /// <inheritdoc/>
    public void Handle(ActionHandlers handlers)
    {
        handlers.OnBatch<WriteProfile>(writes => Write([.. writes.Select(write => (write.Profile.Id, write.Profile.Value))]));
        handlers.On<DeleteProfile>(delete =>
        {
            maps.Require().DeleteProfile(delete.Id);
            return Outcome.Done;
        });
    }

    private Outcome Write(ImmutableArray<(ulong Id, ImmutableArray<byte> Value)> profiles)
    {
        var before = maps.Require().KnownProfiles;
        try
        {
            maps.Require().WriteProfiles(profiles);
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
                maps.Require().DeleteProfile(added);
            }

            maps.Require().WriteProfiles([.. profiles.Where(profile => before.ContainsKey(profile.Id)).Select(profile => (profile.Id, before[profile.Id]))]);
        }
    }
}
