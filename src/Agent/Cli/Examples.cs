using System.CommandLine;

namespace NetEdit.Agent.Cli;

/// <summary>The examples of each verb: shown by <c>--help</c> and in <c>docs/cli.md</c>.</summary>
internal static class Examples
{
    private static readonly Dictionary<string, string[]> ByVerb = new(StringComparer.Ordinal)
    {
        ["agent"] = ["netedit agent", "netedit agent -f policies --no-http --interval 5m --log-format json"],
        ["demo"] = ["netedit demo", "netedit demo -f my-policies"],
        ["validate"] = ["netedit validate /etc/netedit/policies.d", "netedit validate web.yaml db.yaml -o json"],
        ["plan"] = ["netedit plan -f /etc/netedit/policies.d", "cat web.yaml | netedit plan -f -"],
        ["diff"] = ["netedit diff /etc/netedit/policies.d", "netedit diff - < new.yaml"],
        ["apply"] =
        [
            "netedit apply -f /etc/netedit/policies.d --dry-run",
            "netedit apply -f /etc/netedit/policies.d",
            "netedit apply -f - < web.yaml",
        ],
        ["status"] = ["netedit status", "netedit status -o json | jq .policies"],
        ["get policies"] = ["netedit get policies", "netedit get policies web db -o wide", "netedit get policies -w"],
        ["get features"] = ["netedit get features", "netedit get features -o wide"],
        ["get scopes"] = ["netedit get scopes", "netedit get scopes /system.slice/nginx.service -o wide"],
        ["get connections"] =
        [
            "netedit get connections",
            "netedit get connections 10.0.0.2:443 -o wide",
            "netedit get connections :443 -w",
        ],
        ["describe policy"] = ["netedit describe policy web"],
        ["describe feature"] = ["netedit describe feature NAME"],
        ["describe connection"] =
        [
            "netedit describe connection 10.0.0.2:443",
            "netedit describe connection --pid 4711",
        ],
        ["explain"] = ["netedit explain", "netedit explain -f new-policies"],
        ["explain policy"] = ["netedit explain policy web", "netedit explain policy web -f new-policies"],
        ["explain connection"] =
        [
            "netedit explain connection 10.0.0.2:443",
            "netedit explain connection --pid 4711",
            "netedit explain connection --all -o json",
        ],
        ["doctor"] = ["netedit doctor", "netedit doctor -o json | jq '.findings[] | select(.severity == \"Broken\")'"],
        ["events"] =
        [
            "netedit events --since 1h",
            "netedit events --policy web -n 20",
            "netedit events -w",
            "netedit events -o json | jq 'select(.level == \"Error\")'",
        ],
        ["top"] = ["netedit top", "netedit top -d 10s -n 1", "netedit top -o json -n 60 | jq -c .features[0]"],
        ["report"] = ["netedit report", "netedit report /root/web1.tar.gz --redact"],
        ["audit"] = ["netedit audit", "netedit audit web -o json"],
        ["compare"] = ["netedit compare web", "netedit compare web -f /etc/netedit/policies.d"],
        ["features"] = ["netedit features", "netedit features --features /opt/netedit/features"],
        ["capabilities"] = ["netedit capabilities", "netedit capabilities -o json"],
        ["pause"] = ["netedit pause", "netedit pause policy web", "netedit pause feature NAME"],
        ["resume"] = ["netedit resume", "netedit resume policy web"],
        ["retry"] = ["netedit retry", "netedit retry FEATURE"],
        ["gc"] = ["netedit gc --dry-run", "netedit gc"],
        ["uninstall"] = ["netedit uninstall"],
        ["config"] = ["netedit config --show-origin", "netedit config --schema > netedit.schema.json"],
        ["schema"] = ["netedit schema > policy.schema.json"],
        ["completion"] =
        [
            "source <(netedit completion bash)",
            "netedit completion fish > ~/.config/fish/completions/netedit.fish",
        ],
        ["version"] = ["netedit version", "netedit version -o json"],
    };

    /// <summary>The examples of a verb; none for a group of verbs.</summary>
    /// <param name="verb">The verb.</param>
    public static IReadOnlyList<string> Of(Command verb) => ByVerb.GetValueOrDefault(PathOf(verb), []);

    /// <summary>The words of a verb after <c>netedit</c>: <c>explain policy</c>.</summary>
    private static string PathOf(Command verb) =>
        verb.Parents.OfType<Command>().FirstOrDefault() is { } parent and not RootCommand
            ? $"{PathOf(parent)} {verb.Name}"
            : verb.Name;
}
