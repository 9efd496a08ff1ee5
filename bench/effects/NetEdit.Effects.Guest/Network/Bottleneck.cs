namespace NetEdit.Effects.Guest;

/// <summary>The router's queue towards the client.</summary>
/// <param name="MegabitsPerSecond">Its rate, with Ethernet's headers.</param>
/// <param name="QueueBytes">What it holds before it drops.</param>
internal sealed record Bottleneck(int MegabitsPerSecond, int QueueBytes)
{
    /// <summary>What may leave at once, in bytes: 0.25 ms of the rate, two packets at 100 Mbit/s. What a token bucket lets pass is not seen by the queue.</summary>
    public int BurstBytes => MegabitsPerSecond * 1000 / 32;

    /// <summary>
    /// Bytes in the queue from which packets that can be marked are; null marks nothing. As in a switch, what cannot be marked is kept while there is room.
    /// </summary>
    public int? MarkingBytes { get; init; }
}
