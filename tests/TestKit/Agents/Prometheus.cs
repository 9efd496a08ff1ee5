using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace NetEdit.TestKit;

/// <summary>A Prometheus server that scrapes one agent.</summary>
public sealed class Prometheus : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly Process _process;
    private readonly Task<string> _log;
    private readonly int _port;

    private Prometheus(Process process, int port)
    {
        _process = process;
        _port = port;
        _log = process.StandardError.ReadToEndAsync();
    }

    /// <summary>A program of Prometheus: in PATH, or where eng/setup.sh puts it.</summary>
    public static string Tool(string name)
    {
        var unpacked = Path.GetFullPath(
            Path.Combine(AppContext.BaseDirectory, "../../../../../artifacts/tools/bin", name)
        );
        return File.Exists(unpacked) ? unpacked : name;
    }

    /// <summary>Starts a server that scrapes every second; a busy host has the time to answer.</summary>
    /// <param name="agentPort">The agent's.</param>
    /// <param name="directory">For its files.</param>
    /// <param name="rules">A file of rules, or null.</param>
    public static Prometheus Start(int agentPort, string directory, string? rules = null)
    {
        Directory.CreateDirectory(directory);
        var configuration = Path.Combine(directory, "prometheus.yml");
        File.WriteAllText(
            configuration,
            string.Create(
                CultureInfo.InvariantCulture,
                $$"""
                global:
                  evaluation_interval: 200ms
                rule_files: [{{(rules is null ? "" : $"\"{rules}\"")}}]
                scrape_configs:
                  - job_name: netedit
                    scrape_interval: 1s
                    scrape_timeout: 1s
                    static_configs:
                      - targets: ["127.0.0.1:{{agentPort}}"]

                """
            )
        );
        var port = Ports.Next();
        return new Prometheus(
            Netedit.Start(
                Tool("prometheus"),
                [
                    $"--config.file={configuration}",
                    $"--storage.tsdb.path={directory}/data",
                    string.Create(CultureInfo.InvariantCulture, $"--web.listen-address=127.0.0.1:{port}"),
                ]
            ),
            port
        );
    }

    /// <summary>Waits until an instant query gives one series with this value.</summary>
    public void WaitFor(string query, double value)
    {
        double? last = null;
        Eventually.True(
            () => (last = Query(query)) == value,
            $"{query} is {value}",
            () => $"it was {last?.ToString(CultureInfo.InvariantCulture) ?? "nothing"}"
        );
    }

    public void Dispose()
    {
        _http.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _log.Wait();
        _process.Dispose();
    }

    /// <summary>How many series a query gives.</summary>
    /// <exception cref="InvalidOperationException">It is not a query; the message says why.</exception>
    public int Count(string query)
    {
        var answer = Ask("query?query=" + Uri.EscapeDataString(query));
        return answer?["error"] is { } error
            ? throw new InvalidOperationException($"{query}: {error}")
            : answer?["data"]?["result"]?.AsArray().Count ?? 0;
    }

    /// <summary>The rules that are loaded, by name; empty before the first evaluation.</summary>
    public IReadOnlyDictionary<string, (string Health, string State)> Rules() =>
        (Ask("rules")?["data"]?["groups"]?.AsArray() ?? [])
            .SelectMany(group => group!["rules"]!.AsArray())
            .ToDictionary(
                rule => (string)rule!["name"]!,
                rule => ((string)rule!["health"]!, (string)rule["state"]!),
                StringComparer.Ordinal
            );

    private double? Query(string query) =>
        Ask("query?query=" + Uri.EscapeDataString(query))?["data"]?["result"]?.AsArray() is [{ } only]
            ? double.Parse((string)only["value"]![1]!, CultureInfo.InvariantCulture)
            : null;

    /// <summary>An answer of its interface; null while it is starting.</summary>
    private JsonNode? Ask(string what)
    {
        try
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Get,
                string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}/api/v1/{what}")
            );
            using var response = _http.Send(request);
            using var reader = new StreamReader(response.Content.ReadAsStream());
            return reader.ReadToEnd() is ['{', ..] body ? JsonNode.Parse(body) : null;
        }
        catch (HttpRequestException) when (!_process.HasExited)
        {
            return null; // it is starting
        }
    }
}
