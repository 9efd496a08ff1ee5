namespace NetEdit.Features;

/// <summary>
/// The smallest unit of policy: a set of cooperating BPF programs that realise one network function, and the parameters
/// a policy may give them. An implementation is stateless, has a public parameterless constructor and is announced by a
/// <see cref="TuningFeatureAttribute"/> on its assembly.
/// </summary>
public interface ITuningFeature
{
    /// <summary>The key under <c>spec.tuning</c>: lower case words joined by hyphens, at most 32 characters.</summary>
    string Name { get; }

    /// <summary>One line that says what a connection gets.</summary>
    string Summary { get; }

    /// <summary>The parameters a policy may set, in the order in which they are documented.</summary>
    IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <summary>What of a connection the feature sets. Its programs set nothing else, or the feature is not loaded.</summary>
    IReadOnlyList<Bpf.Knob> Knobs => [];

    /// <summary>The builds of this feature from best to most portable; the first whose capabilities the host has is used.</summary>
    IReadOnlyList<FeatureVariant> Variants { get; }

    /// <summary>
    /// Writes the parameters as the feature's programs read them.
    /// </summary>
    /// <param name="values">Values that passed <see cref="Parameters"/> and <see cref="Validate"/>.</param>
    /// <param name="block">Zeroed, <see cref="FeatureLimits.ParameterBytes"/> long, little endian as the kernel of this host.</param>
    void Encode(ParameterValues values, Span<byte> block);

    /// <summary>
    /// Sysctls of the agent's network namespace that the feature wants set. They hold for the whole namespace, so a policy for a cgroup gets none of them.
    /// </summary>
    /// <param name="values">Values that passed <see cref="Parameters"/> and <see cref="Validate"/>.</param>
    IEnumerable<SysctlSetting> Settings(ParameterValues values) => [];

    /// <summary>Errors that concern several parameters at once; each a sentence without a full stop. Empty when all is well.</summary>
    IEnumerable<string> Validate(ParameterValues values) => [];

    /// <summary>
    /// Says what the values cost, whichever host gets them: what an RFC advises against, what a connection loses by them, and values that make others void.
    /// Each a sentence without a full stop that names the loss. One makes the policy Degraded (reason <c>value-harms</c>); it does not
    /// stop the feature, and <c>netedit validate</c> prints it as a warning.
    /// </summary>
    /// <param name="values">Values that passed <see cref="Parameters"/> and <see cref="Validate"/>.</param>
    /// <param name="beside">What the same policy gives of other features, by their names.</param>
    IEnumerable<string> Cautions(ParameterValues values, IReadOnlyDictionary<string, ParameterValues> beside) => [];

    /// <summary>
    /// Leaves out the values that would make a connection worse on this host than none (for example a buffer that a limit cuts below what autotuning gives).
    /// <see cref="Review"/> says which and why.
    /// </summary>
    /// <param name="values">Values that passed <see cref="Parameters"/> and <see cref="Validate"/>.</param>
    /// <param name="host">The host, with its limits. Where a limit is not known, nothing is left out for it.</param>
    ParameterValues Fit(ParameterValues values, Host.HostFacts host) => values;

    /// <summary>
    /// What this host will not give although it accepts the setting (for example a buffer above <c>net.core.rmem_max</c>).
    /// A notice makes the policy Degraded; it does not stop the feature.
    /// </summary>
    IEnumerable<string> Review(ParameterValues values, Host.HostFacts host) => [];

    /// <summary>
    /// Compares an open connection with the values that it was given, for the audit: one expectation for each setting that its socket shows. Another value is
    /// <see cref="ExpectationResult.Inconclusive"/> when the kernel changes it by itself, or somebody lifts it between two segments. Empty: nothing can be read from
    /// outside, and an audit then goes by whether the feature's program ran on the connection, and the kernel took the value.
    /// </summary>
    /// <param name="values">The values, without those that the variant in use cannot give.</param>
    /// <param name="socket">A connection on which the feature's stage made its settings, and was refused none.</param>
    IEnumerable<Expectation> Expectations(ParameterValues values, ExaminedSocket socket) => [];
}
