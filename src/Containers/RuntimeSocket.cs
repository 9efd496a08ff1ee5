using System.Net.Sockets;

namespace NetEdit.Containers;

/// <summary>The HTTP transport to a runtime's Unix socket.</summary>
internal static class RuntimeSocket
{
    /// <summary>Time that a runtime has for an answer. Docker takes up to 3 s when it starts 30 containers at once.</summary>
    public static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A host in addresses of requests, which all go to the socket.</summary>
    public const string Address = "http://runtime";

    /// <summary>Creates a handler whose connections all lead to the socket.</summary>
    public static SocketsHttpHandler Handler(string path) =>
        new()
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = AnswerTimeout,
            ConnectCallback = async (_, cancel) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancel);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
}
