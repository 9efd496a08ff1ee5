using System.Diagnostics;
using System.Net.Sockets;

namespace NetEdit.Lab;

/// <summary>A finished bulk transfer.</summary>
/// <param name="Bytes">Bytes received.</param>
/// <param name="Elapsed">From the first send to the last byte received.</param>
public sealed record TcpTransfer(long Bytes, TimeSpan Elapsed)
{
    private const int ChunkBytes = 256 * 1024;

    /// <summary>Mean rate in bits per second.</summary>
    public double BitsPerSecond => Bytes * 8 / Elapsed.TotalSeconds;

    /// <summary>Sends bytes from one end and receives them at the other, on two threads.</summary>
    /// <param name="sender">The sending end.</param>
    /// <param name="receiver">The other end of the same connection.</param>
    /// <param name="bytes">How many.</param>
    /// <param name="timeout">Bound of the whole transfer, or null for 30 s.</param>
    /// <exception cref="TimeoutException">Not all bytes arrived in time.</exception>
    /// <exception cref="SocketException">The connection broke.</exception>
    public static TcpTransfer Run(Socket sender, Socket receiver, long bytes, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(sender);
        ArgumentNullException.ThrowIfNull(receiver);
        var watch = Stopwatch.StartNew();
        return Bounded.Wait(
            async token =>
            {
                var sending = SendAsync(sender, bytes, token);
                var received = await ReceiveAsync(receiver, bytes, token);
                var elapsed = watch.Elapsed;
                await sending;
                return new TcpTransfer(received, elapsed);
            },
            timeout ?? TimeSpan.FromSeconds(30),
            $"transfer of {bytes} bytes"
        );
    }

    private static async Task SendAsync(Socket socket, long bytes, CancellationToken token)
    {
        var chunk = new byte[ChunkBytes];
        for (var left = bytes; left > 0; )
        {
            left -= await socket
                .SendAsync(chunk.AsMemory(0, (int)Math.Min(left, ChunkBytes)), token)
                .ConfigureAwait(false);
        }
    }

    private static async Task<long> ReceiveAsync(Socket socket, long bytes, CancellationToken token)
    {
        var chunk = new byte[ChunkBytes];
        long received = 0;
        while (received < bytes)
        {
            var count = await socket
                .ReceiveAsync(chunk.AsMemory(0, (int)Math.Min(bytes - received, ChunkBytes)), token)
                .ConfigureAwait(false);
            if (count == 0)
            {
                throw new SocketException((int)SocketError.ConnectionReset);
            }

            received += count;
        }

        return received;
    }
}
