using System.CommandLine;
using Microsoft.Extensions.DependencyInjection;
using NetEdit.Agent.Http;
using NetEdit.Agent.Policies;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary><c>netedit agent</c></summary>
internal sealed class AgentVerb : Verb
{
    /// <summary>Of <c>--audit-interval</c>: no audits but those that are asked for.</summary>
    public const string Never = "0";

    public const string ListenFlag = "--listen";
    public const string NoHttpFlag = "--no-http";
    public const string DefaultPolicies = PolicyLayers.Administrators;
    public const string DefaultListen = "127.0.0.1:9417";
    public const string DefaultInterval = "30s";
    public const string DefaultAuditInterval = "5m";

    private static readonly TimeSpan ShortestInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromHours(1);

    private readonly Option<string> _policies = new("--policies", "-f")
    {
        Description =
            "Directory of policies (every *.yaml and *.yml below it), or one file. With the default, the policies in "
            + $"{PolicyLayers.Vendors} count as well, unless the directory has a file of the same name",
        HelpName = "DIR",
        DefaultValueFactory = _ => DefaultPolicies,
    };
    private readonly Option<bool> _allowEmpty = CommonOptions.AllowEmpty();
    private readonly Option<string> _listen = new(ListenFlag)
    {
        Description = "Loopback address and port for /metrics, /healthz and /readyz",
        HelpName = "ADDRESS:PORT",
        DefaultValueFactory = _ => DefaultListen,
    };

    private readonly Option<bool> _noHttp = new(NoHttpFlag) { Description = "Do not serve HTTP" };
    private readonly Option<string?> _socket = CommonOptions.Socket();
    private readonly Option<string> _interval = new("--interval")
    {
        Description = "Time between checks for drift, 1s to 1h; changes of policies and cgroups are noticed at once",
        HelpName = "TIME",
        DefaultValueFactory = _ => DefaultInterval,
    };

    private readonly Option<string> _auditInterval = new("--audit-interval")
    {
        Description =
            "Time between audits, which check whether open connections have the settings that policies "
            + "promise; 1s to 1h, varied by up to 10 %; 0 to audit only on netedit audit",
        HelpName = "TIME",
        DefaultValueFactory = _ => DefaultAuditInterval,
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

    /// <summary>Reads a time from 1s to 1h.</summary>
    internal static bool TryParseInterval(string text, out TimeSpan interval) =>
        DurationText.TryParse(text, out interval) && interval >= ShortestInterval && interval <= LongestInterval;
}
