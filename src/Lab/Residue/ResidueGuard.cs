namespace NetEdit.Lab;

/// <summary>Takes a snapshot when made, and demands when disposed that the kernel holds nothing more. The outermost <c>using</c> of a test.</summary>
/// <param name="timeout">How long the kernel may take to free things, or null for 5 s.</param>
public sealed class ResidueGuard(TimeSpan? timeout = null) : IDisposable
{
    /// <summary>What the kernel held when the guard was made and the host was set up.</summary>
    public KernelSnapshot Before { get; } = KernelResidue.TakeBaseline();

    /// <summary>Compares, and waits while there is more.</summary>
    /// <exception cref="LabException">Something stayed behind; the message lists it.</exception>
    public void Dispose()
    {
        var more = KernelResidue.WaitUntilNothingMoreThan(Before, timeout);
        if (!more.IsEmpty)
        {
            throw new LabException("left behind in the kernel:\n  " + string.Join("\n  ", more));
        }
    }
}
