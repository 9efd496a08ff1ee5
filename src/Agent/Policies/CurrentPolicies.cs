namespace NetEdit.Agent.Policies;

/// <summary>
/// The policies to work with: the newest of a source, or while these are invalid, the last valid ones. While the newest give nothing to any
/// host (<see cref="NoPolicies"/>), these are the last ones that did, unless somebody said that this is meant.
/// </summary>
/// <param name="source">Where policies come from.</param>
/// <param name="fallback">Asked until the source has given its first good policies; null for whoever does without.</param>
/// <param name="allowEmpty">Whether policies that give nothing are always meant.</param>
internal sealed class CurrentPolicies(IPolicySource source, IPolicySource? fallback = null, bool allowEmpty = false)
{
    private PolicySnapshot _good = PolicySnapshot.None;
    private volatile bool _accepted;

    /// <summary>What was last read.</summary>
    public PolicySnapshot Last { get; private set; } = PolicySnapshot.None;

    /// <summary>Whether policies that give nothing are meant.</summary>
    public bool MayBeEmpty => allowEmpty || _accepted;

    /// <summary>Starts to tell when the source may have newer policies.</summary>
    /// <param name="newer">Called from any thread, also when nothing has changed.</param>
    /// <exception cref="IOException">The host has no room for another watch.</exception>
    public IPolicyWatch Watch(Action newer) => source.Watch(newer);

    /// <summary>Takes policies that give nothing as meant, until there are others. Any thread may call it.</summary>
    public void AcceptEmpty() => _accepted = true;

    /// <summary>Reads the policies.</summary>
    /// <returns>The last good policies, with the errors of the newest: empty when these are the ones.</returns>
    /// <exception cref="IOException">The device failed.</exception>
    public PolicySnapshot Read()
    {
        var newest = source.Read();
        var givesNothing = newest.Set is { } set && NoPolicies.GivesNothing(set);
        if (newest.Set is not null && !givesNothing)
        {
            _accepted = false;
        }

        var refused = givesNothing && !MayBeEmpty;
        if (_good.Set is null && fallback is not null && (newest.Set is null || refused))
        {
            _good = fallback.Read();
        }

        refused &= _good.Set is { } last && !NoPolicies.GivesNothing(last);
        if (newest.Set is not null && !refused)
        {
            _good = newest;
        }

        return Last = newest with
        {
            Set = _good.Set,
            Files = _good.Files,
            KeptSince = _good.KeptSince,
            Refused = refused ? newest.Set : null,
        };
    }
}
