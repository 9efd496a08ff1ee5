using System.CommandLine;
using System.Globalization;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Agent.Http;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit agent</c></summary>
internal sealed class AgentVerb : Verb
{
    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromHours(1);

    private readonly Option<string> _policies = CommonOptions.Policies();
    private readonly Option<IPEndPoint> _listen = new("--listen")
    {
        Description = "Loopback address and port for /metrics, /healthz and /readyz",
        HelpName = "ADDRESS:PORT",
        DefaultValueFactory = _ => new IPEndPoint(IPAddress.Loopback, 9417),
        CustomParser = result =>
        {
            if (!StatusServer.TryParse(result.Tokens[0].Value, out var address, out var error))
            {
                result.AddError(error);
            }

            return address;
        },
    };

    private readonly Option<bool> _noHttp = new("--no-http") { Description = "Serve no HTTP" };
    private readonly Option<string?> _socket = CommonOptions.Socket();
    private readonly Option<TimeSpan> _interval = new("--interval")
    {
        Description = "Time between looks for drift, 1s to 1h; changes of policies and cgroups are seen at once",
        HelpName = "TIME",
        DefaultValueFactory = _ => TimeSpan.FromSeconds(30),
        CustomParser = result =>
        {
            if (!TryParseInterval(result.Tokens[0].Value, out var interval))
            {
                result.AddError($"'{result.Tokens[0].Value}' is not a time from 1s to 1h, such as 30s or 5m.");
            }

            return interval;
        },
    };

    private readonly Option<LogFormat> _logFormat = new("--log-format")
    {
        Description = "Form of the log on standard error",
        HelpName = "text|json",
        DefaultValueFactory = _ => LogFormat.Text,
        CustomParser = result =>
        {
            switch (result.Tokens[0].Value)
            {
                case "text":
                    return LogFormat.Text;
                case "json":
                    return LogFormat.Json;
                default:
                    result.AddError($"'{result.Tokens[0].Value}' is no form of log; use text or json.");
                    return default;
            }
        },
    };

    private readonly Option<bool> _statistics = new("--run-time-statistics")
    {
        Description = "Have the kernel count and time BPF programs while the agent runs, for netedit_chain_run*; costs some 40 ns per run of every BPF program of the host",
    };

    private readonly Option<string> _ledger = CommonOptions.Ledger();
    private readonly Option<string[]> _features = CommonOptions.Features();

    public AgentVerb(CliConsole console)
        : base(console, "agent", "Keep the host tuned: at start, whenever policies or cgroups change, and against drift")
    {
        _logFormat.CompletionSources.Add("text", "json");
        Options.Add(_policies);
        Options.Add(_listen);
        Options.Add(_noHttp);
        Options.Add(_socket);
        Options.Add(_interval);
        Options.Add(_logFormat);
        Options.Add(_statistics);
        Options.Add(_ledger);
        Options.Add(_features);
    }

    protected override int Run(ParseResult arguments)
    {
        var ledger = arguments.GetRequiredValue(_ledger);
        var policies = arguments.GetRequiredValue(_policies);
        var options = new AgentOptions(
            ledger,
            policies,
            arguments.GetValue(_socket) ?? RuntimePaths.Socket(ledger),
            arguments.GetValue(_noHttp) ? null : arguments.GetRequiredValue(_listen),
            arguments.GetValue(_interval),
            arguments.GetValue(_logFormat),
            arguments.GetValue(_statistics));
        using var services = Compose(new CompositionOptions(ledger, arguments.GetValue(_features) ?? [], [policies], options));
        services.GetRequiredService<AgentDaemon>().RunAsync(CancellationToken.None).GetAwaiter().GetResult();
        return ExitCode.Ok;
    }

    private static bool TryParseInterval(string text, out TimeSpan interval)
    {
        interval = default;
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 3600)
        {
            return false;
        }

        interval = text[^1] switch { 's' => TimeSpan.FromSeconds(number), 'm' => TimeSpan.FromMinutes(number), 'h' => TimeSpan.FromHours(number), _ => default };
        return interval >= ShortestInterval && interval <= LongestInterval;
    }
}
