using System.Runtime.CompilerServices;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Maps;
using NetEdit.Adapter.Objects;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.Adapter.Kinds;

/// <summary>
/// Which connections get a record of what they were given. While nothing changes, that follows from the rules, and a record is made
/// only for a connection of which the rules do not tell all. Before anything changes, each that is open gets one.
/// </summary>
internal sealed class ConnectionRecords(SharedMapKind maps, Func<CapabilityReport> capabilities)
{
    /// <summary>Whether a listener may have been given something: by an earlier process, as long as nobody looked.</summary>
    private bool _listenersMayHave = true;

    /// <summary>Whether a walk holds the lock of each socket, as it does since 5.15.</summary>
    private bool CanWalk => capabilities().Has(CapabilityNames.IterTcpSetsockopt);

    /// <summary>Makes the records of connections that have none, and from then on one for each that is opened.</summary>
    /// <exception cref="BpfException">Sockets cannot be walked; connections that are opened get records nevertheless.</exception>
    internal void RecordAll()
    {
        /* Those of another version first: new maps know none of its scopes. */
        var former = new List<RecordedSet>();
        try
        {
            foreach (var directory in maps.Former)
            {
                if (FormerMaps.OpenUnrecorded(directory) is { } state)
                {
                    former.Add(new RecordedSet(state, Path.Combine(directory, LedgerDirectory.TunedSockets)));
                }
            }

            if (maps.Maps is { StateMap: { Records: not RecordMode.All } own })
            {
                if (CanWalk)
                {
                    maps.PinWalks();
                    Walk([.. former, new RecordedSet(own, maps.TunedSocketsPin)]);
                    return;
                }

                /* Each connection has had a record from the first one on. */
                own.Records = RecordMode.All;
            }

            if (former.Count > 0)
            {
                Walk([.. former]);
            }
        }
        finally
        {
            former.ForEach(set => set.State.Dispose());
        }
    }

    /// <summary>
    /// From now on makes only the records that are needed, where the connections of every namespace can be walked before
    /// the next change, and what rules are matched by stays as it is while a connection lives.
    /// </summary>
    /// <exception cref="BpfException">The host does not tell; connections get records as before.</exception>
    internal void RecordNeeded()
    {
        if (
            maps.Maps is { StateMap: { Records: not RecordMode.Needed } state } shared
            && CanWalk
            && !maps.Former.Any()
            && shared.RuleTables.Read().Origins.IsEmpty
            && HostFiles.Exists(maps.TunedSocketsPin)
            && NetworkNamespaces.CountHidden() == 0
        )
        {
            state.Records = RecordMode.Needed;
        }

        SettleListeners();
    }

    /// <summary>From now on nothing is set on listeners.</summary>
    internal void BeginChange() => maps.Maps?.StateMap.Listeners = false;

    /// <summary>Sets on listeners what all of their connections get, unless that was done since the last change.</summary>
    private void SettleListeners()
    {
        if (
            maps.Maps is { StateMap: { Records: RecordMode.Needed, Listeners: false } state }
            && HostFiles.Exists(maps.ListenersPin)
        )
        {
            state.Listeners = true;
            var gives = maps.Maps.ProfileTable.GivesListeners;
            if (gives || _listenersMayHave)
            {
                Walk(maps.ListenersPin);
            }

            _listenersMayHave = gives;
        }
    }

    /// <summary>Walks the listeners of every network namespace.</summary>
    /// <param name="pin">The pinned walk.</param>
    internal static void Walk(string pin) =>
        NetworkNamespaces.ForEach([MethodImpl(MethodImplOptions.AggressiveOptimization)] () =>
            IteratorOutput.Walk(pin)
        );

    private static void Walk(RecordedSet[] sets)
    {
        /* Programs and the walk hold the lock of a socket: one that did not see this has made its mark before the walk. */
        Array.ForEach(sets, set => set.State.Records = RecordMode.Made);
        _ = NetworkNamespaces.ForEach([MethodImpl(MethodImplOptions.AggressiveOptimization)] () =>
        {
            foreach (var set in sets)
            {
                IteratorOutput.Walk(set.Pin);
            }
        });
        Array.ForEach(sets, set => set.State.Records = RecordMode.All);
    }

    /// <summary>A set of shared maps, and the walk over its sockets.</summary>
    private sealed record RecordedSet(StateMap State, string Pin);
}
