namespace NetEdit.Agent.Doctor;

/// <summary>How serious a finding is.</summary>
internal enum FindingSeverity
{
    /// <summary>NetEdit cannot work, or a policy that should be in force is not.</summary>
    Broken,

    /// <summary>NetEdit works, but something is not as it should be.</summary>
    Warning,

    /// <summary>It could not be looked at.</summary>
    Unknown,

    /// <summary>Good to know; nothing has to be done.</summary>
    Note,

    /// <summary>As it should be.</summary>
    Fine,
}

/// <summary>Something that <c>doctor</c> found out.</summary>
/// <param name="Check">What was looked at: <c>kernel</c>, <c>mounts</c>, <c>cgroups</c>, <c>limits</c>, …</param>
/// <param name="Severity">How serious it is.</param>
/// <param name="What">What was found, for a person.</param>
/// <param name="Remedy">What to do about it; empty when nothing has to be done.</param>
internal sealed record HostFinding(string Check, FindingSeverity Severity, string What, string Remedy = "");
