using NetEdit.Adapter;
using Polly;
using Polly.Retry;

namespace NetEdit.Agent.Reconciliation;

/// <summary>Errors that pass by themselves, and the patience for them. The only place that knows Polly.</summary>
internal static class TransientErrors
{
    /* EINTR, EAGAIN, ENOMEM, EBUSY */
    private static readonly int[] Transient = [4, 11, 12, 16];

    /* EEXIST, ENFILE, EMFILE, ENOSPC: a name that somebody else has taken, and what this host has no more of for now. They are no verdict on a program. */
    private static readonly int[] Passing = [17, 23, 24, 28];

    /// <summary>Whether an errno may be gone in a moment. EINVAL, EPERM, EACCES and the like are verdicts, and stay.</summary>
    public static bool IsTransient(int errno) => Transient.Contains(errno);

    /// <summary>Whether what the kernel refused with this errno may be taken at the next pass. A verdict on a program stays.</summary>
    public static bool MayPass(int errno) => IsTransient(errno) || Passing.Contains(errno);

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
        catch (Exception exception) when (MayPass(exception))
        {
            // Made again below.
        }

        // Nearly every pass ends well at once; Polly is loaded only for the others.
        return Pipeline(time).Execute(pass);
    }

    private static bool MayPass(Exception exception) =>
        exception is IOException || (exception is BpfException refused && IsTransient(refused.Errno));

    private static ResiliencePipeline<ReconcileReport> Pipeline(TimeProvider time) =>
        new ResiliencePipelineBuilder<ReconcileReport> { TimeProvider = time }
            .AddRetry(
                new RetryStrategyOptions<ReconcileReport>
                {
                    ShouldHandle = static outcome =>
                        ValueTask.FromResult(
                            outcome.Outcome is { Exception: { } exception }
                                ? MayPass(exception)
                                : outcome.Outcome is { Result.Transient: true }
                        ),
                    MaxRetryAttempts = 2,
                    BackoffType = DelayBackoffType.Exponential,
                    Delay = TimeSpan.FromMilliseconds(100),
                    UseJitter = true,
                }
            )
            .Build();
}
