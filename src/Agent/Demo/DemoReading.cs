using System.Collections.Immutable;

namespace NetEdit.Agent.Demo;

/// <summary>Ends of a connection.</summary>
[Flags]
internal enum DemoEnds
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The end that opens the connection.</summary>
    Client = 1,

    /// <summary>The end that accepts it.</summary>
    Server = 2,

    /// <summary>Either.</summary>
    Either = Client | Server,
}

/// <summary>
/// What was read of a connection. Equal settings give equal readings: nothing in one moves with load or time.
/// </summary>
/// <param name="What">What was read, without the end.</param>
/// <param name="End">The end it was read at; <see cref="DemoEnds.None"/> where the name says it.</param>
/// <param name="Value">Its value, with a unit.</param>
/// <param name="Source">How it was read.</param>
/// <param name="SetAt">The end at which a policy sets it.</param>
/// <param name="Knobs">Names of the knobs it shows, or of the hook: a policy that sets none of them did not make
/// it.</param>
internal sealed record DemoReading(
    string What,
    DemoEnds End,
    string Value,
    string Source,
    DemoEnds SetAt,
    ImmutableArray<string> Knobs
)
{
    /// <summary>What was read, and the end.</summary>
    public string Label =>
        End switch
        {
            DemoEnds.Client => What + ", client",
            DemoEnds.Server => What + ", server",
            _ => What,
        };

    /// <summary>Whether a policy sets this, at an end of a connection that is in its scope.</summary>
    /// <param name="declared">What the policy sets (<see cref="DeclaredKnobs.Of"/>).</param>
    /// <param name="ends">The ends that the policy is for.</param>
    public bool IsSetBy(IReadOnlySet<string> declared, DemoEnds ends) =>
        (SetAt & ends) != DemoEnds.None && Knobs.Any(declared.Contains);
}
