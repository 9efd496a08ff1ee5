namespace NetEdit.Effects.Guest;

/// <summary>Something that tuning changes for an application, as an experiment.</summary>
internal abstract class Effect : IDisposable
{
    /// <summary>Its arms.</summary>
    public abstract IReadOnlyList<Arm> Arms { get; }

    /// <summary>Measures each case once under the arm that is in force.</summary>
    /// <exception cref="InvalidOperationException">The arm is not in force on a connection.</exception>
    public abstract void Measure(string arm, Recorder recorder);

    public abstract void Dispose();

    /// <summary>Makes one by its name.</summary>
    public static Effect Create(string name, Tuning tuning) =>
        name switch
        {
            "initial-cwnd" => new InitialCwndEffect(tuning),
            "long-reads" => new LongReadsEffect(tuning),
            "incast" => new IncastEffect(tuning),
            "dctcp" => new DctcpEffect(tuning),
            "beside-bulk" => new BesideBulkEffect(tuning),
            _ => throw new ArgumentException($"there is no effect '{name}'", nameof(name)),
        };

    /// <summary>Demands what an arm should make of a connection.</summary>
    public static void Demand(bool holds, string arm, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"arm {arm} is not in force: {what}");
        }
    }
}
