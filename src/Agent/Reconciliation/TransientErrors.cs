using Polly;
using Polly.Retry;

namespace NetEdit.Agent.Reconciliation;

/// <summary>Errors that pass by themselves, and the patience for them. The only place that knows Polly.</summary>
internal static class TransientErrors
{
    private static readonly string[] Names = ["EAGAIN", "EBUSY", "EINTR", "ENOMEM"];

    /// <summary>Whether an error names an errno that may be gone in a moment.</summary>
    public static bool IsTransient(string? error) => error is not null && Array.Exists(Names, name => error.Contains(name, StringComparison.Ordinal));

    /// <summary>Tries again, up to three times within half a second.</summary>
    public static ResiliencePipeline<ReconcileReport> Retry(TimeProvider time) =>
        new ResiliencePipelineBuilder<ReconcileReport> { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions<ReconcileReport>
            {
                ShouldHandle = static outcome => ValueTask.FromResult(outcome.Outcome is { Exception: IOException } or { Result.Transient: true }),
                MaxRetryAttempts = 3,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(50),
                UseJitter = true,
            })
            .Build();
}
