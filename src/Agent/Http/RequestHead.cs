using System.Buffers;
using System.Net;
using System.Text;

namespace NetEdit.Agent.Http;

/// <summary>The part of an HTTP/1.x request that matters here.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path without its query.</param>
/// <param name="Host">The host the client asked; null when a client of HTTP/1.0 names none.</param>
/// <param name="Accept">The types the client accepts; null when it does not say.</param>
internal sealed record RequestHead(string Method, string Path, string? Host, string? Accept)
{
    private const string Scheme = "http://";

    private static readonly SearchValues<char> TokenCharacters = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    );

    /// <summary>Answers what is not served: another host, since a web page may have a name of its own resolve to loopback, or another method.</summary>
    /// <param name="address">The address that is listened on.</param>
    /// <returns>The answer; null when the request is served.</returns>
    public HttpAnswer? AnswerIfUnserved(IPAddress address) =>
        Host is { } host && !Names(host, address)
            ? HttpAnswer.Text(HttpStatusCode.MisdirectedRequest, $"the Host must be localhost or {address}\n")
        : Method is not ("GET" or "HEAD")
            ? HttpAnswer.Text(HttpStatusCode.MethodNotAllowed, "only GET and HEAD\n") with
            {
                Allow = "GET, HEAD",
            }
        : null;

    /// <summary>Finds the end of a request's head.</summary>
    /// <param name="received">What was received so far.</param>
    /// <returns>
    /// The length of the head with its empty line; 0 when it is not whole; -1 when a line ends without a carriage
    /// return.
    /// </returns>
    public static int FindEnd(ReadOnlySpan<byte> received)
    {
        var end = received.IndexOf("\r\n\r\n"u8);
        var head = end < 0 ? received : received[..(end + 4)];
        return head.Count((byte)'\n') != head.Count("\r\n"u8) ? -1
            : end < 0 ? 0
            : head.Length;
    }

    /// <summary>Reads a head.</summary>
    /// <param name="bytes">The head with its empty line.</param>
    /// <returns>The head; null when it is malformed.</returns>
    public static RequestHead? Parse(ReadOnlySpan<byte> bytes)
    {
        var lines = Encoding.Latin1.GetString(bytes).Split("\r\n")[..^2];
        if (lines[0].Split(' ') is not [var method, var target, "HTTP/1.0" or "HTTP/1.1"] || !IsToken(method))
        {
            return null;
        }

        List<string> hosts = [];
        List<string> accepts = [];
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || !IsToken(line.AsSpan(0, colon)))
            {
                return null;
            }

            var value = line[(colon + 1)..].Trim(' ', '\t');
            var name = line.AsSpan(0, colon);
            if (name.Equals("Host", StringComparison.OrdinalIgnoreCase))
            {
                hosts.Add(value);
            }
            else if (name.Equals("Accept", StringComparison.OrdinalIgnoreCase))
            {
                accepts.Add(value);
            }
        }

        // HTTP/1.1 asks for exactly one host; a target with a host of its own replaces it.
        if (hosts.Count > 1 || (hosts.Count == 0 && lines[0].EndsWith('1')))
        {
            return null;
        }

        var (host, path) = Split(target);
        return path is null
            ? null
            : new RequestHead(
                method,
                path,
                host ?? hosts.FirstOrDefault(),
                accepts.Count == 0 ? null : string.Join(',', accepts)
            );
    }

    private static (string? Host, string? Path) Split(string target)
    {
        string? host = null;
        if (target.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            var rest = target[Scheme.Length..];
            var slash = rest.IndexOf('/', StringComparison.Ordinal);
            (host, target) = slash < 0 ? (rest, "/") : (rest[..slash], rest[slash..]);
        }

        return (host, target.StartsWith('/') ? target.Split('?', 2)[0] : null);
    }

    private static bool IsToken(ReadOnlySpan<char> text) => text.Length > 0 && !text.ContainsAnyExcept(TokenCharacters);

    /// <summary>
    /// Whether a Host header names the address or localhost, with whatever port, which a forwarded one may
    /// be.
    /// </summary>
    private static bool Names(string host, IPAddress address)
    {
        var port = host.LastIndexOf(':');
        var name = port < 0 || host.EndsWith(']') ? host : host[..port];
        return name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(name, out var named) && named.Equals(address));
    }
}
