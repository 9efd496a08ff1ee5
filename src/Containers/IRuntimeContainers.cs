using System.Threading.Channels;

namespace NetEdit.Containers;

/// <summary>Asks one runtime about its containers.</summary>
internal interface IRuntimeContainers
{
    /// <summary>Tells of all containers, and of what changes, until it is stopped.</summary>
    /// <param name="looks">Gives an item whenever the containers are to be listed again at once.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="Exception">The runtime cannot be asked, or no longer.</exception>
    Task WatchAsync(ChannelReader<bool> looks, CancellationToken stop);
}
