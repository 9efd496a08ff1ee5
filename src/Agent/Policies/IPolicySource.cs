namespace NetEdit.Agent.Policies;

/// <summary>Gives policies, each time all of them: a directory, what was kept on disk, or a fleet's store.</summary>
internal interface IPolicySource
{
    /// <summary>Takes a snapshot of the policies.</summary>
    /// <exception cref="IOException">The device failed.</exception>
    PolicySnapshot Read();

    /// <summary>Starts to tell when <see cref="Read"/> may give another snapshot.</summary>
    /// <param name="newer">Called from any thread, also when nothing has changed.</param>
    /// <exception cref="IOException">The host has no room for another watch.</exception>
    IPolicyWatch Watch(Action newer);
}

/// <summary>Tells when policies may have changed, until it is disposed.</summary>
internal interface IPolicyWatch : IDisposable
{
    /// <summary>Watches what is there now. To be called before the policies are read, so that no change is missed.</summary>
    /// <returns>What is not watched, and why; null when nothing is missed.</returns>
    string? Refresh();
}
