using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Agent.Http;
using NetEdit.Agent.Policies;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit agent</c></summary>
internal sealed class AgentVerb : Verb
{
    private const string Never = "0";

    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromHours(1);

    private readonly Option<string> _policies = CommonOptions.Policies();
    private readonly Option<bool> _allowEmpty = CommonOptions.AllowEmpty();
    private readonly Option<string> _listen = new("--listen")
    {
        Description = "Loopback address and port for /metrics, /healthz and /readyz",
        HelpName = "ADDRESS:PORT",
        DefaultValueFactory = _ => "127.0.0.1:9417",
    };

    private readonly Option<bool> _noHttp = new("--no-http") { Description = "Do not serve HTTP" };
    private readonly Option<string?> _socket = CommonOptions.Socket();
    private readonly Option<string> _interval = new("--interval")
    {
        Description = "Time between checks for drift, 1s to 1h; changes of policies and cgroups are noticed at once",
        HelpName = "TIME",
        DefaultValueFactory = _ => "30s",
    };

    private readonly Option<string> _auditInterval = new("--audit-interval")
    {
        Description =
            "Time between audits, which check whether open connections have the settings that policies "
            + "promise; 1s to 1h, varied by up to 10 %; 0 to audit only on netedit audit",
        HelpName = "TIME",
        DefaultValueFactory = _ => "5m",
    };

    private readonly ChoiceOption<LogFormat> _logFormat = new("--log-format", "Form of the log on standard error");

    private readonly Option<bool> _statistics = new("--run-time-statistics")
    {
        Description =
            "Have the kernel count and time the runs of BPF programs while the agent runs, for the "
            + "metrics netedit_chain_run*; costs about 40 ns per run of every BPF program on the host",
    };

    private readonly Option<string> _ledger = CommonOptions.Ledger();
    private readonly Option<string[]> _features = CommonOptions.Features();
    private readonly Option<string?> _state = CommonOptions.State();

    public AgentVerb(CliConsole console)
        : base(
            console,
            "agent",
            "Keep the host tuned: apply policies at start and whenever policies or cgroups change, and repair drift"
        )
    {
        _policies.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is StandardInput.Name)
            {
                result.AddError("The agent reads its policies again and again; give a directory or a file, not -.");
            }
        });
        _listen.Validators.Add(result =>
        {
            if (!StatusServer.TryParse(result.GetValueOrDefault<string>() ?? "", out _, out var error))
            {
                result.AddError(error);
            }
        });
        _interval.Validators.Add(result =>
        {
            if (!TryParseInterval(result.GetValueOrDefault<string>() ?? "", out _))
            {
                result.AddError(
                    $"'{result.GetValueOrDefault<string>()}' is not a time from 1s to 1h, such as 30s or 5m."
                );
            }
        });
        _auditInterval.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is var text && text != Never && !TryParseInterval(text ?? "", out _))
            {
                result.AddError($"'{text}' is not a time from 1s to 1h, such as 30s or 5m, nor {Never}.");
            }
        });
        Options.Add(_policies);
        Options.Add(_allowEmpty);
        Options.Add(_listen);
        Options.Add(_noHttp);
        Options.Add(_socket);
        Options.Add(_interval);
        Options.Add(_auditInterval);
        Options.Add(_logFormat);
        Options.Add(_statistics);
        Options.Add(_ledger);
        Options.Add(_features);
        Options.Add(_state);
    }

    protected override int Run(ParseResult arguments)
    {
        DescriptorLimit.Require();
        var ledger = arguments.GetRequiredValue(_ledger);
        var policies = arguments.GetRequiredValue(_policies);
        _ = StatusServer.TryParse(arguments.GetRequiredValue(_listen), out var listen, out _);
        _ = TryParseInterval(arguments.GetRequiredValue(_interval), out var interval);
        _ = TryParseInterval(arguments.GetRequiredValue(_auditInterval), out var auditInterval);
        var options = new AgentOptions(
            ledger,
            policies,
            arguments.GetValue(_socket) ?? RuntimePaths.Socket(ledger),
            arguments.GetValue(_noHttp) ? null : listen,
            interval,
            auditInterval,
            _logFormat.Get(arguments),
            arguments.GetValue(_statistics)
        );
        using var services = Compose(
            new CompositionOptions(ledger, arguments.GetValue(_features) ?? [], [policies], options)
            {
                StateDirectory = arguments.GetValue(_state),
                AllowEmpty = arguments.GetValue(_allowEmpty),
            }
        );
        services.GetRequiredService<AgentDaemon>().RunAsync(CancellationToken.None).GetAwaiter().GetResult();
        return ExitCode.Ok;
    }

    private static bool TryParseInterval(string text, out TimeSpan interval)
    {
        interval = default;
        if (
            text.Length < 2
            || !int.TryParse(
                text.AsSpan(0, text.Length - 1),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var number
            )
            || number > 3600
        )
        {
            return false;
        }

        interval = text[^1] switch
        {
            's' => TimeSpan.FromSeconds(number),
            'm' => TimeSpan.FromMinutes(number),
            'h' => TimeSpan.FromHours(number),
            _ => default,
        };
        return interval >= ShortestInterval && interval <= LongestInterval;
    }
}
