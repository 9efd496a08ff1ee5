using System.Collections.Immutable;
using System.Diagnostics;

namespace NetEdit.Kernels.Guest;

/// <summary>Runs checks of a subject. What goes wrong is kept, and the next go on.</summary>
internal sealed class CheckLog(string subject)
{
    private readonly ImmutableArray<CheckReport>.Builder _checks = ImmutableArray.CreateBuilder<CheckReport>();

    public ImmutableArray<CheckReport> Checks => _checks.ToImmutable();

    public bool HasFailed => _checks.Any(check => check.Outcome == CheckOutcome.Failed);

    /// <summary>Runs a check.</summary>
    /// <param name="name">What should hold.</param>
    /// <param name="action">Throws when it does not.</param>
    /// <param name="notApplicable">Why there is nothing to check, or null.</param>
    public void Check(string name, Action action, string? notApplicable = null)
    {
        if (notApplicable is not null)
        {
            _checks.Add(new CheckReport(name, CheckOutcome.NotApplicable, notApplicable, 0));
            return;
        }

        var watch = Stopwatch.StartNew();
        var (outcome, detail) = (CheckOutcome.Passed, "");
        try
        {
            action();
        }
#pragma warning disable CA1031 // Whatever it is, the other checks go on and the report says so.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            (outcome, detail) = (CheckOutcome.Failed, failure.ToString());
        }

        _checks.Add(new CheckReport(name, outcome, detail, watch.Elapsed.TotalSeconds));
        Console.WriteLine(
            $"guest: {subject}: {name}: {outcome} ({watch.Elapsed.TotalSeconds:0.0} "
                + $"s){(detail.Length == 0 ? "" : "\n" + detail)}"
        );
    }
}
