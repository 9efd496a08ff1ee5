namespace NetEdit.Agent.Cli;

/// <summary>Exit codes: part of the interface, documented in <c>docs/cli.md</c>.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int ChangesPending = 2;
    public const int InvalidPolicy = 3;
    public const int AgentUnreachable = 4;
    public const int MissingPrivilege = 5;
    public const int Inconclusive = 6;
    public const int NotInForce = 7;
    public const int Usage = 64;

    /// <summary>Their meanings, for the documentation.</summary>
    public static IReadOnlyList<(int Code, string Meaning)> Meanings { get; } =
    [
        (Ok, "done"),
        (
            Failed,
            "failed; the message says what failed and what to do. `audit`: a policy is contradicted, so it "
                + "is not in force. `doctor`: something is broken"
        ),
        (ChangesPending, "`plan`, `apply --dry-run`, `diff` and `gc --dry-run`: changes are pending"),
        (
            InvalidPolicy,
            "a policy, `/etc/netedit/host.yaml` or `netedit.yaml` is invalid. `validate`: a given path contains no "
                + "policy, or with `--strict` anything is a warning"
        ),
        (AgentUnreachable, "the agent does not answer"),
        (MissingPrivilege, "a privilege is missing; the message names it"),
        (
            Inconclusive,
            "`audit`: no policy is contradicted, but for some nothing shows whether they are in force; "
                + "the report says why. `doctor`: nothing is broken, but there are warnings, or something could not be "
                + "looked at"
        ),
        (
            NotInForce,
            "`apply`: applied, but some policies are not in force; the table says which. Policies that are "
                + "`Skipped`, `Expired` or `Waiting`, or whose mode is observe, do not count"
        ),
        (Usage, "the command line is wrong"),
    ];
}

/// <summary>Ends a verb with a message for the user: what is wrong and what to do.</summary>
internal sealed class CliException(int exitCode, string message) : Exception(message)
{
    public int ExitCode { get; } = exitCode;
}
