using System.Globalization;
using NetEdit.Agent.Reconciliation;
using NetEdit.Model;

namespace NetEdit.Agent.Auditing;

/// <summary>Why a connection, or all of them, show nothing of a feature: stable codes, and a sentence for each.</summary>
internal static class AuditDoubts
{
    /// <summary>The connections could not be listed.</summary>
    public const string LookFailed = "look-failed";

    /// <summary>The policy's probe was not connected.</summary>
    public const string ProbeUnanswered = "probe-unanswered";

    /// <summary>No open connection is given it.</summary>
    public const string NoConnection = "no-connection";

    /// <summary>Every connection was open before the last change, or before the audit before.</summary>
    public const string NoNewConnection = "no-new-connection";

    /// <summary>Fewer connections contradict it than count.</summary>
    public const string TooFew = "too-few";

    /// <summary>Some connections contradict it, and not most of them.</summary>
    public const string SomeContradict = "some-contradict";

    /// <summary>It is paused.</summary>
    public const string Paused = "paused";

    /// <summary>This kernel lets nobody read what was done to a socket.</summary>
    public const string KernelTooOld = "kernel-too-old";

    /// <summary>A policy that names users or interfaces may not have matched when the connection was opened.</summary>
    public const string OriginMayDiffer = "origin-may-differ";

    /// <summary>The kernel may have changed the value by itself.</summary>
    public const string KernelMayDiffer = "kernel-may-differ";

    /// <summary>The feature's code, of a plugin, threw when it was asked what a socket must show.</summary>
    public const string FeatureError = ReasonCodes.FeatureError;

    /// <summary>Connections have what earlier rules gave.</summary>
    public const string EarlierRules = "earlier-rules";

    /// <summary>Only its program is known to have run, and a program of others on the same hook may have had the last word.</summary>
    public const string OthersOnHook = "others-on-hook";

    /// <summary>Says why connections show nothing.</summary>
    /// <param name="code">The code.</param>
    /// <param name="count">The number of connections.</param>
    public static Reason Of(string code, int count)
    {
        var connections = Plural.Count(count, "connection");
        return new Reason(
            code,
            code switch
            {
                NoConnection =>
                    "no open connection is given it; a connection, or a probe (spec.audit.probe), would tell",
                NoNewConnection =>
                    $"{connections} may have been opened before the values of now; one that is opened from "
                        + $"now on tells at the next audit",
                TooFew => string.Create(
                    CultureInfo.InvariantCulture,
                    $"{connections} of too few contradict it: {ConnectionAudit.Least} new ones, or a probe, count"
                ),
                SomeContradict => $"{connections} contradict it, and not most of those that tell",
                Paused => "it is paused, until netedit resume",
                KernelTooOld => $"this kernel lets nobody read what was done to a socket (that came with 5.11), and "
                    + $"{connections} have another value",
                OriginMayDiffer =>
                    $"the policy names users or interfaces, which {connections} may have changed since it was opened",
                KernelMayDiffer => $"{connections} have another value, which the kernel may have set by itself",
                FeatureError => $"the feature's code threw when it was asked what {connections} must show",
                _ => $"{connections} have the values of an older revision",
            }
        );
    }
}
