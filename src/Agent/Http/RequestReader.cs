using System.Net;
using System.Net.Sockets;

namespace NetEdit.Agent.Http;

/// <summary>Receives the head of a request within the limits of size and time.</summary>
internal sealed class RequestReader(HttpLimits limits, TimeProvider time, CancellationToken stop)
{
    /// <summary>Receives a request, or the answer to what is none; neither when the client says nothing, or has to make room.</summary>
    public async Task<(RequestHead? Request, HttpAnswer? Answer)> ReadAsync(
        Socket connection,
        WaitingClients.Seat seat,
        byte[] buffer
    )
    {
        using var waiting = seat;
        using var deadline = new Deadline(limits.Request, time, stop, seat.Left);
        var length = 0;
        while (length < buffer.Length)
        {
            int received;
            try
            {
                // Who has sent something is heard also when others came meanwhile.
                received =
                    connection.Available > 0
                        ? connection.Receive(buffer.AsSpan(length))
                        : await connection.ReceiveAsync(buffer.AsMemory(length), SocketFlags.None, deadline.Token);
            }
            catch (OperationCanceledException) when (!stop.IsCancellationRequested)
            {
                if (seat.Left.IsCancellationRequested)
                {
                    return (null, null);
                }

                var late = $"no request within {limits.Request.TotalSeconds:0.#} s\n";
                return (null, HttpAnswer.Text(HttpStatusCode.RequestTimeout, late));
            }

            length += received;
            var end = RequestHead.FindEnd(buffer.AsSpan(0, length));
            if (end > 0 && RequestHead.Parse(buffer.AsSpan(0, end)) is { } request)
            {
                return (request, null);
            }

            if (end != 0 || (received == 0 && length > 0))
            {
                return (null, HttpAnswer.Text(HttpStatusCode.BadRequest, "not a request of HTTP/1.1\n"));
            }

            if (received == 0)
            {
                return (null, null);
            }
        }

        var large = $"the request exceeds {limits.HeadBytes} bytes\n";
        return (null, HttpAnswer.Text(HttpStatusCode.RequestHeaderFieldsTooLarge, large));
    }
}
