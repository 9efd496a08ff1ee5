using Polly;
using Polly.Retry;

namespace NetEdit.Agent.Reconciliation;

/// <summary>Errors that pass by themselves, and the patience for them. The only place that knows Polly.</summary>
internal static class TransientErrors
{
    private static readonly string[] Transient = ["EAGAIN", "EBUSY", "EINTR", "ENOMEM"];

    // A name that somebody else has taken, and what this host has no more of for now: no verdict on a program.
    private static readonly string[] Passing = ["EEXIST", "EMFILE", "ENFILE", "ENOSPC"];

    /// <summary>Whether the errno an error names may be gone in a moment. EINVAL, EPERM, EACCES and the like are verdicts, and stay.</summary>
    public static bool IsTransient(string? error) => Errno(error) is { } errno && Transient.Contains(errno, StringComparer.Ordinal);

    /// <summary>Whether a refusal may be gone at the next pass. A verdict on a program stays.</summary>
    public static bool MayPass(string refusal) => IsTransient(refusal) || (Errno(refusal) is { } errno && Passing.Contains(errno, StringComparer.Ordinal));

    /// <summary>The first errno an error names: <c>EBUSY</c> of <c>could not attach the chain of /: EBUSY (in use)</c>. What follows, such as the verifier's log, does not count.</summary>
    private static string? Errno(string? error)
    {
        const string lead = ": E";
        for (var at = error?.IndexOf(lead, StringComparison.Ordinal) ?? -1; at >= 0; at = error!.IndexOf(lead, at + 1, StringComparison.Ordinal))
        {
            var end = at + lead.Length;
            while (end < error!.Length && (char.IsAsciiLetterUpper(error[end]) || char.IsAsciiDigit(error[end])))
            {
                end++;
            }

            if (end > at + lead.Length && (end == error.Length || error[end] is ' ' or ';'))
            {
                return error[(at + 2)..end];
            }
        }

        return null;
    }

    /// <summary>Makes a pass, and makes it again, up to three times within half a second, while it ends in an error that may pass.</summary>
    public static ReconcileReport Retry(Func<ReconcileReport> pass, TimeProvider time)
    {
        try
        {
            var report = pass();
            if (!report.Transient)
            {
                return report;
            }
        }
        catch (IOException)
        {
            // Made again below.
        }

        // Nearly every pass ends well at once; Polly is loaded only for the others.
        return Pipeline(time).Execute(pass);
    }

    private static ResiliencePipeline<ReconcileReport> Pipeline(TimeProvider time) =>
        new ResiliencePipelineBuilder<ReconcileReport> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<ReconcileReport>
            {
                ShouldHandle = static outcome => ValueTask.FromResult(outcome.Outcome is { Exception: IOException } or { Result.Transient: true }),
                MaxRetryAttempts = 2,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(100),
                UseJitter = true,
            })
            .Build();
}
