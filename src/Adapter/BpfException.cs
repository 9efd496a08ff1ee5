namespace NetEdit.Adapter;

/// <summary>The kernel or libbpf refused an operation.</summary>
public sealed class BpfException : Exception
{
    /// <summary>Creates the exception with a message that already says everything.</summary>
    public BpfException(string message)
        : base(message) { }

    /// <summary>The missing capability by name (<c>CAP_BPF</c>) when privilege is what lacks, else null.</summary>
    public string? MissingPrivilege { get; init; }

    /// <summary>The errno; 0 when no call failed.</summary>
    public int Errno { get; init; }

    /// <summary>Whether a file or a directory could not be looked at or changed, which says nothing of a program that was to be loaded.</summary>
    public bool IsOfFile { get; init; }

    /// <summary>Whether the kernel lacked something for the moment, and so said nothing of what it can do.</summary>
    public bool IsPassing { get; init; }

    /// <summary>Whether the caller lacked a right (EPERM, EACCES), and the kernel did not even look at what it was given.</summary>
    public bool IsDenied { get; init; }
}
