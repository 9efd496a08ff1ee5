using System.Net.Sockets;
using NetEdit.Lab;

namespace NetEdit.Kernels.Guest;

/// <summary>How a feature shows on real connections.</summary>
internal abstract class FeatureCheck
{
    /// <summary>Its name.</summary>
    public abstract string Feature { get; }

    /// <summary>What a policy says of it, in one line.</summary>
    public abstract string Tuning { get; }

    /// <summary>The same with other values; null when it has none.</summary>
    public virtual string? ChangedTuning => null;

    /// <summary>The server's port of the connections its policy is for; 0 for all.</summary>
    public virtual int Port => 0;

    /// <summary>Readies the hosts before any connection.</summary>
    public virtual void Prepare(LabNetwork network) { }

    /// <summary>What a new connection shows of it: of the policy's values, of changed ones, or of the host's own.</summary>
    /// <exception cref="Exception">It shows something else.</exception>
    public abstract void Check(Scene scene, string? variant, Values values);

    /// <summary>What an end of a connection that was open before the policy shows of it; null when such a connection cannot have it at all.</summary>
    public virtual string? Observe(Socket end) => null;

    /// <summary>What it should show when it is tuned by these values.</summary>
    public virtual string? Expected(Values values) => null;
}

/// <summary>Which values connections should show.</summary>
internal enum Values
{
    /// <summary>The host's own.</summary>
    Host,

    /// <summary>Those of <see cref="FeatureCheck.Tuning"/>.</summary>
    Policy,

    /// <summary>Those of <see cref="FeatureCheck.ChangedTuning"/>.</summary>
    Changed,
}
