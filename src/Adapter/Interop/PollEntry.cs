using System.Runtime.InteropServices;

namespace NetEdit.Adapter.Interop;

/// <summary><c>struct pollfd</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollEntry
{
    /// <summary>POLLPRI.</summary>
    internal const short Urgent = 0x2;

    internal int Descriptor;
    internal short Events;
    internal short Answers;
}
