using System.Collections.Immutable;

namespace NetEdit.Agent.Doctor;

/// <summary>What <c>doctor</c> found.</summary>
/// <param name="Broken">The number of findings that are broken.</param>
/// <param name="Warnings">The number of warnings.</param>
/// <param name="Unknown">The number of things that could not be looked at.</param>
/// <param name="Findings">The findings, the most serious first.</param>
internal sealed record DoctorReport(int Broken, int Warnings, int Unknown, ImmutableArray<HostFinding> Findings)
{
    /// <summary>Draws the conclusions from what could be read.</summary>
    public static DoctorReport Of(HostExamination host)
    {
        ImmutableArray<HostFinding> findings =
        [
            .. HostChecks.All(host).Concat(StateChecks.All(host)).OrderBy(finding => finding.Severity),
        ];
        return new DoctorReport(
            Count(FindingSeverity.Broken),
            Count(FindingSeverity.Warning),
            Count(FindingSeverity.Unknown),
            findings
        );

        int Count(FindingSeverity severity) => findings.Count(finding => finding.Severity == severity);
    }
}
