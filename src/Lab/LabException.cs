using System.ComponentModel;

namespace NetEdit.Lab;

/// <summary>The lab could not be set up or read; the message names the operation and what the system said.</summary>
public sealed class LabException : Exception
{
    /// <summary>Creates the exception with a message that already says everything.</summary>
    public LabException(string message)
        : base(message) { }

    /// <summary>Creates the exception with its cause.</summary>
    public LabException(string message, Exception innerException)
        : base(message, innerException) { }

    internal static LabException FromErrno(string operation, int errno) =>
        new($"{operation}: {new Win32Exception(errno).Message} (errno {errno})");
}
