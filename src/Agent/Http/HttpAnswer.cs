using System.Globalization;
using System.Net;
using System.Text;
using NetEdit.Model;

namespace NetEdit.Agent.Http;

/// <summary>An answer to a request.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Body">Its body.</param>
/// <param name="ContentType">The body's type.</param>
internal sealed record HttpAnswer(HttpStatusCode Status, ReadOnlyMemory<byte> Body, string ContentType)
{
    /// <summary>The methods the resource has when the request's is none of them; else empty.</summary>
    public string Allow { get; init; } = "";

    /// <summary>Creates an answer of plain text. What is not printable is escaped: a person may read it on a terminal.</summary>
    public static HttpAnswer Text(HttpStatusCode status, string text) =>
        new(status, Encoding.UTF8.GetBytes(Printable.Lines(text)), "text/plain; charset=utf-8");

    /// <summary>Encodes the answer.</summary>
    /// <param name="now">The moment.</param>
    /// <param name="withBody">Whether the body is sent; an answer to HEAD has none.</param>
    public byte[] Encode(DateTimeOffset now, bool withBody)
    {
        var head = string.Create(
                CultureInfo.InvariantCulture,
                $"""
                HTTP/1.1 {(int)Status} {Reason(Status)}
                Date: {now:R}
                Content-Type: {ContentType}
                Content-Length: {Body.Length}
                Cache-Control: no-store
                X-Content-Type-Options: nosniff
                Connection: close
                {(Allow.Length == 0 ? "" : $"Allow: {Allow}\n")}

                """
            )
            .ReplaceLineEndings("\r\n");
        return [.. Encoding.ASCII.GetBytes(head), .. withBody ? Body.Span : []];
    }

    private static string Reason(HttpStatusCode status) =>
        status switch
        {
            HttpStatusCode.OK => "OK",
            HttpStatusCode.BadRequest => "Bad Request",
            HttpStatusCode.NotFound => "Not Found",
            HttpStatusCode.MethodNotAllowed => "Method Not Allowed",
            HttpStatusCode.RequestTimeout => "Request Timeout",
            HttpStatusCode.MisdirectedRequest => "Misdirected Request",
            HttpStatusCode.RequestHeaderFieldsTooLarge => "Request Header Fields Too Large",
            HttpStatusCode.ServiceUnavailable => "Service Unavailable",
            _ => "Internal Server Error",
        };
}
