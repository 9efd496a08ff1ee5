namespace NetEdit.Adapter;

/// <summary>The kernel or libbpf refused an operation.</summary>
public sealed class BpfException : Exception
{
    private const int LargestErrno = 4095;

    /// <summary>Creates the exception with a message that already says everything.</summary>
    public BpfException(string message)
        : base(message)
    {
    }

    /// <summary>The missing capability by name (<c>CAP_BPF</c>) when privilege is what lacks, else null.</summary>
    public string? MissingPrivilege { get; init; }

    /// <summary>The errno; 0 when no call failed.</summary>
    public int Errno { get; init; }

    /// <summary>The errno of a failure; 0 when no call failed, or the failure does not tell.</summary>
    internal static int ErrnoOf(Exception failure) => failure switch
    {
        BpfException refused => refused.Errno,
        _ when failure.HResult is > 0 and <= LargestErrno => failure.HResult,
        _ => 0,
    };

    /// <summary>Whether the kernel lacked something for the moment, and so said nothing of what it can do.</summary>
    public bool IsPassing { get; init; }

    /// <summary>Whether the caller lacked a right (EPERM, EACCES), and the kernel did not even look at what it was given.</summary>
    public bool IsDenied { get; init; }
}
