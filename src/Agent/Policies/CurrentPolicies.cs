namespace NetEdit.Agent.Policies;

/// <summary>The policies to work with: the newest of a source, or while these are invalid, the last valid ones.</summary>
/// <param name="source">Where policies come from.</param>
/// <param name="fallback">Asked until the source has given its first good policies; null for whoever does without.</param>
internal sealed class CurrentPolicies(IPolicySource source, IPolicySource? fallback = null)
{
    private PolicySnapshot _good = PolicySnapshot.None;

    /// <summary>What was last read.</summary>
    public PolicySnapshot Last { get; private set; } = PolicySnapshot.None;

    /// <summary>Starts to tell when the source may have newer policies.</summary>
    /// <param name="newer">Called from any thread, also when nothing has changed.</param>
    /// <exception cref="IOException">The host has no room for another watch.</exception>
    public IPolicyWatch Watch(Action newer) => source.Watch(newer);

    /// <summary>Reads the policies.</summary>
    /// <returns>The last good policies, with the errors of the newest: empty when these are the ones.</returns>
    /// <exception cref="IOException">The device failed.</exception>
    public PolicySnapshot Read()
    {
        var newest = source.Read();
        if (newest.Set is not null)
        {
            _good = newest;
        }
        else if (_good.Set is null && fallback is not null)
        {
            _good = fallback.Read();
        }

        return Last = newest with { Set = _good.Set, Files = _good.Files, KeptSince = _good.KeptSince };
    }
}
