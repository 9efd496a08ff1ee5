using System.Globalization;

namespace NetEdit.Agent.Tests.Packaging;

/// <summary>What systemd says of the service's unit, without running it.</summary>
public sealed class ServiceExposureTests
{
    private const double Most = 3.7;
    private const string Overall = "Overall exposure level for netedit.service: ";
    private static readonly string Unit = Path.Combine(Repository.Root, "packaging", "netedit.service");

    [Fact]
    public void Systemd_rates_the_exposure_of_the_service_at_most_3_7()
    {
        var verdict = Tool.Run("systemd-analyze", "security", "--offline=true", "--no-pager", Unit);

        var start = verdict.IndexOf(Overall, StringComparison.Ordinal) + Overall.Length;
        double.Parse(verdict[start..].Split(' ')[0], CultureInfo.InvariantCulture).ShouldBeInRange(1, Most, verdict);
    }

    [Fact]
    public void Every_line_of_the_unit_is_known_to_systemd()
    {
        // Programs that are not installed here are no errors of the unit.
        var complaints = Tool.Try("systemd-analyze", "verify", "--man=no", Unit)
            .Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.Contains("netedit.service", StringComparison.Ordinal))
            .Where(line => !line.Contains("/usr/bin/netedit is not executable", StringComparison.Ordinal));

        complaints.ShouldBeEmpty();
    }
}
