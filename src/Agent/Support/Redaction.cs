using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace NetEdit.Agent.Support;

/// <summary>
/// Replaces what tells who somebody is: addresses, names of hosts, and what looks like a secret. The same thing has the same placeholder
/// everywhere, so that what belongs together still does.
/// </summary>
internal sealed partial class Redaction
{
    /// <summary>What is replaced, for the reader of a report.</summary>
    public const string Description =
        "IPv4 and IPv6 addresses other than loopback and unspecified ones (ipv4-1, ipv6-1), Ethernet addresses "
        + "(mac-1), the names of this host, the names in /etc/hosts, and names that end in its search domains "
        + "(host-1), and what follows a key such as password, secret, token, credential, authorization, api-key or "
        + "private-key, passwords in URLs, JSON web tokens, and PEM blocks (secret-1). Prefix lengths and ports stay, "
        + "and so do names of policies, cgroups, users, processes, interfaces and files.";

    private readonly Dictionary<string, string> _placeholders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly Regex? _hosts;

    /// <summary>Begins.</summary>
    /// <param name="hosts">Names of hosts.</param>
    /// <param name="domains">Domains all of whose names are replaced.</param>
    public Redaction(IEnumerable<string> hosts, IEnumerable<string> domains)
    {
        string[] patterns =
        [
            .. domains.Where(IsName).Select(domain => $@"(?:[A-Za-z0-9_-]+\.)*{Regex.Escape(domain)}"),
            .. hosts.Where(IsName).Distinct(StringComparer.OrdinalIgnoreCase).Select(Regex.Escape),
        ];
        var longestFirst = string.Join('|', patterns.OrderByDescending(name => name.Length));
        _hosts =
            patterns.Length == 0
                ? null
                : new Regex(
                    $@"(?<![A-Za-z0-9_.-])(?:{longestFirst})(?![A-Za-z0-9_-])",
                    RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
                    Regex.InfiniteMatchTimeout
                );
    }

    /// <summary>Replaces everything in a text.</summary>
    public string Of(string text)
    {
        text = PemPattern().Replace(text, match => Placeholder("secret", match.Value));
        text = UrlPattern().Replace(text, match => $"{match.Groups["start"].Value}{Secret(match)}@");
        text = KeyPattern().Replace(text, match => match.Groups["start"].Value + Secret(match));
        text = TokenPattern().Replace(text, match => Placeholder("secret", match.Value));
        text = EthernetPattern().Replace(text, match => Placeholder("mac", match.Value));
        text = ColonsPattern().Replace(text, match => Address(match.Value));
        text = DotsPattern().Replace(text, match => Address(match.Value));
        return _hosts?.Replace(text, match => Placeholder("host", match.Value.ToLowerInvariant())) ?? text;
    }

    private static bool IsName(string name) =>
        name.Length > 0 && !name.StartsWith("localhost", StringComparison.Ordinal);

    private string Secret(Match match) => Placeholder("secret", match.Groups["secret"].Value);

    private string Address(string text)
    {
        if (!IPAddress.TryParse(text, out var address))
        {
            // An address at the end of a sentence, or before a port.
            var shorter = text.TrimEnd('.', ':');
            return shorter.Length < text.Length && shorter.Length > 0
                ? Address(shorter) + text[shorter.Length..]
                : text;
        }

        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return IPAddress.IsLoopback(plain) || plain.Equals(IPAddress.Any) || plain.Equals(IPAddress.IPv6Any) ? text
            : plain.AddressFamily == AddressFamily.InterNetwork ? Placeholder("ipv4", plain.ToString())
            : Placeholder("ipv6", plain.ToString());
    }

    private string Placeholder(string kind, string value)
    {
        if (!_placeholders.TryGetValue($"{kind} {value}", out var placeholder))
        {
            _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
            _placeholders[$"{kind} {value}"] = placeholder = $"{kind}-{_counts[kind]}";
        }

        return placeholder;
    }

    [GeneratedRegex(
        @"-----BEGIN [A-Z0-9 ]+-----.*?(-----END [A-Z0-9 ]+-----|\z)",
        RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex PemPattern();

    [GeneratedRegex(
        @"(?<start>[a-z][a-z0-9+.-]{0,20}://)(?<secret>[^\s/@""']+)@",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex UrlPattern();

    // Of a quoted value the quotes stay; a value without quotes ends with the word, after "Bearer" or "Basic" with the next.
    [GeneratedRegex(
        @"(?<start>(password|passwd|passphrase|secret|token|credential|authorization|api[_-]?key|private[_-]?key)"
            + @"[A-Za-z0-9_-]{0,20}\\?""?\s{0,4}[:=]\s{0,4}\\?""?(bearer\s|basic\s)?)(?<secret>[^\s"",;}\\]+)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex KeyPattern();

    [GeneratedRegex(
        @"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex TokenPattern();

    [GeneratedRegex(
        @"(?<![0-9A-Fa-f:])([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}(?![0-9A-Fa-f:])",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex EthernetPattern();

    // Whatever has two colons; most of it is no address.
    [GeneratedRegex(
        @"(?<![0-9A-Za-z:.])[0-9A-Fa-f]{0,4}:[0-9A-Fa-f]{0,4}:[0-9A-Fa-f:.]{0,40}(?![0-9A-Za-z])",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex ColonsPattern();

    [GeneratedRegex(
        @"(?<![0-9A-Za-z.])[0-9]{1,3}(\.[0-9]{1,3}){3}(?![0-9A-Za-z]|\.[0-9])",
        RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: Timeout.Infinite
    )]
    private static partial Regex DotsPattern();
}
