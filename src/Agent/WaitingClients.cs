namespace NetEdit.Agent;

/// <summary>
/// Bounds the connections of a listener that wait for their clients. When one too many comes, the one that has waited longest has to leave: who is silent
/// keeps nobody out.
/// </summary>
/// <param name="most">How many may wait.</param>
internal sealed class WaitingClients(int most)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<CancellationTokenSource> _seats = new();

    /// <summary>Waits, from now until the seat is disposed.</summary>
    public Seat Enter()
    {
        // Nothing but the seat's own tokens refers to it, so it needs not be disposed, which a cancellation might still be using.
        var leave = new CancellationTokenSource();
        LinkedListNode<CancellationTokenSource> node;
        CancellationTokenSource? oldest = null;
        lock (_gate)
        {
            if (_seats.Count >= most)
            {
                oldest = _seats.First!.Value;
                _seats.RemoveFirst();
            }

            node = _seats.AddLast(leave);
        }

        _ = oldest?.CancelAsync();
        return new Seat(this, node);
    }

    /// <summary>A place among those who wait.</summary>
    internal readonly struct Seat(WaitingClients clients, LinkedListNode<CancellationTokenSource> node) : IDisposable
    {
        /// <summary>Cancelled when the place is needed for another.</summary>
        public CancellationToken Left => node.Value.Token;

        public void Dispose()
        {
            lock (clients._gate)
            {
                if (node.List is not null)
                {
                    clients._seats.Remove(node);
                }
            }
        }
    }
}
