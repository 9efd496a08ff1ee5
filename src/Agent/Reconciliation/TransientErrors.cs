using Polly;
using Polly.Retry;

namespace NetEdit.Agent.Reconciliation;

/// <summary>Errors that pass by themselves, and the patience for them. The only place that knows Polly.</summary>
internal static class TransientErrors
{
    private static readonly string[] Names = ["EAGAIN", "EBUSY", "EINTR", "ENOMEM"];

    /// <summary>Whether an error names an errno that may be gone in a moment.</summary>
    public static bool IsTransient(string? error) => error is not null && Array.Exists(Names, name => error.Contains(name, StringComparison.Ordinal));

    /// <summary>Whether a refusal may be gone at the next pass: also a name that somebody else has taken. A verdict on a program stays.</summary>
    public static bool MayPass(string refusal) => IsTransient(refusal) || refusal.Contains("EEXIST", StringComparison.Ordinal);

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
