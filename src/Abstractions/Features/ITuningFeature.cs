namespace NetEdit.Features;

/// <summary>
/// The smallest unit that a policy can name. A feature is a set of cooperating BPF programs that implement one network
/// function, with the parameters that a policy may give them. An implementation is stateless and has a public
/// parameterless constructor. A <see cref="TuningFeatureAttribute"/> on its assembly announces it.
/// </summary>
public interface ITuningFeature
{
    /// <summary>
    /// The feature's name, which is its key under <c>spec.tuning</c>. It consists of lower case words joined by hyphens
    /// and has at most 31 characters.
    /// </summary>
    string Name { get; }

    /// <summary>One line that describes the effect on a connection.</summary>
    string Summary { get; }

    /// <summary>The parameters that a policy may set, in the order in which they are documented.</summary>
    IReadOnlyList<ParameterSpec> Parameters { get; }

    /// <summary>
    /// The settings that the feature makes on a connection. If its programs make any other setting, the feature is not
    /// loaded.
    /// </summary>
    IReadOnlyList<Bpf.Knob> Knobs => [];

    /// <summary>
    /// The variants of this feature, from the best to the most portable. The first variant whose capabilities the host
    /// has is used.
    /// </summary>
    IReadOnlyList<FeatureVariant> Variants { get; }

    /// <summary>
    /// Writes the parameters in the form in which the feature's programs read them.
    /// </summary>
    /// <param name="values">
    /// Values that passed <see cref="Parameters"/> and <see cref="Validate"/>, as <see cref="Fit"/> returned them.
    /// </param>
    /// <param name="block">
    /// The bytes to write to. They are zero at first, and their number is <see cref="FeatureLimits.ParameterBytes"/>.
    /// Numbers are little endian, as in the kernel of this host.
    /// </param>
    void Encode(ParameterValues values, Span<byte> block);

    /// <summary>
    /// Returns the sysctls of the agent's network namespace that the feature sets. They hold for the whole namespace,
    /// so a policy for a cgroup sets none of them.
    /// </summary>
    /// <param name="values">Values that passed <see cref="Parameters"/> and <see cref="Validate"/>.</param>
    IEnumerable<SysctlSetting> Settings(ParameterValues values) => [];

    /// <summary>
    /// Returns what a listening socket can pass on to the connections that it accepts: socket options that a connection
    /// begins with if its listener has them, and that can be taken back from the listener. If every rule for a port
    /// gives the same values, they are also set on the port's listeners. The SYN-ACK and the first timeout then already
    /// go by them. The feature's stage still sets each option that a connection does not have.
    /// </summary>
    /// <param name="values">
    /// Values that passed <see cref="Parameters"/> and <see cref="Validate"/>, as <see cref="Fit"/> returned them.
    /// </param>
    IEnumerable<ListenerSetting> ListenerSettings(ParameterValues values) => [];

    /// <summary>
    /// Returns the errors that concern several parameters at once, each as a sentence without a full stop. The result
    /// is empty if the values are valid.
    /// </summary>
    IEnumerable<string> Validate(ParameterValues values) => [];

    /// <summary>
    /// Returns the disadvantages that the values have on any host. Examples are a value that an RFC advises against, a
    /// loss for the connection, and a value that makes others void. Each disadvantage is a sentence without a full stop
    /// that names the loss. A single one makes the policy Degraded (reason <c>value-harms</c>). It does not stop the
    /// feature, and <c>netedit validate</c> prints it as a warning.
    /// </summary>
    /// <param name="values">Values that passed <see cref="Parameters"/> and <see cref="Validate"/>.</param>
    /// <param name="beside">
    /// The values that the same policy gives to other features, by the names of these features.
    /// </param>
    IEnumerable<string> Cautions(ParameterValues values, IReadOnlyDictionary<string, ParameterValues> beside) => [];

    /// <summary>
    /// Returns the values that this host gets. Values that would make a connection on this host worse than no value are
    /// left out (for example a buffer that a limit cuts below the size that autotuning gives). A value that the kernel
    /// would refuse may be changed. <see cref="Review"/> reports these values and the reasons.
    /// </summary>
    /// <param name="values">Values that passed <see cref="Parameters"/> and <see cref="Validate"/>.</param>
    /// <param name="host">
    /// The host, with its limits. If a limit is not known, no value is left out because of it.
    /// </param>
    ParameterValues Fit(ParameterValues values, Host.HostFacts host) => values;

    /// <summary>
    /// Returns a notice for each value that this host does not give in full although it accepts the setting (for
    /// example a buffer above <c>net.core.rmem_max</c>). A notice makes the policy Degraded (reason
    /// <c>value-capped</c>). It does not stop the feature.
    /// </summary>
    IEnumerable<string> Review(ParameterValues values, Host.HostFacts host) => [];

    /// <summary>
    /// Compares an open connection with the values that it was given, for an audit. Returns one expectation for each
    /// setting that the socket shows. A different value is <see cref="ExpectationResult.Inconclusive"/> if the kernel
    /// changes it by itself, or if somebody lifts it between two segments. An empty result means that nothing can be
    /// read from outside. The audit then relies on whether the feature's program ran on the connection and the kernel
    /// accepted the value.
    /// </summary>
    /// <param name="values">
    /// The values, without the parameters that the variant in use cannot give (<see cref="FeatureVariant.Without"/>).
    /// </param>
    /// <param name="socket">
    /// A connection that the policy tunes, and on which no setting of the feature is known to be refused. Usually the
    /// feature's stage made its settings there. An audit also asks about a connection that the stage should have
    /// reached but did not.
    /// </param>
    IEnumerable<Expectation> Expectations(ParameterValues values, ExaminedSocket socket) => [];
}
