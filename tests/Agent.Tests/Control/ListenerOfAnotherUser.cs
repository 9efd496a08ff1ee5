using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace NetEdit.Agent.Tests.Control;

/// <summary>A Unix socket on which another user listens: the kernel notes who when it is told to listen. Needs root.</summary>
internal sealed partial class ListenerOfAnotherUser : IDisposable
{
    /// <summary>The user: nobody.</summary>
    public const uint User = 65534;

    private const uint Unchanged = uint.MaxValue;
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    /// <summary>Listens.</summary>
    public ListenerOfAnotherUser(string path)
    {
        _socket.Bind(new UnixDomainSocketEndPoint(path));

        // The system call changes the user of a thread, glibc's function that of all threads. This thread ends with it.
        var thread = new Thread(() =>
        {
            _ = SetUser(
                RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 147 : 117,
                Unchanged,
                User,
                Unchanged
            );
            _socket.Listen();
        });
        thread.Start();
        thread.Join();
    }

    /// <summary>Whether somebody has connected and sent something.</summary>
    public bool WasAsked
    {
        get
        {
            if (!_socket.Poll(0, SelectMode.SelectRead))
            {
                return false;
            }

            using var client = _socket.Accept();
            return client.Receive(new byte[1]) > 0;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    /* setresuid(2) */
    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial int SetUser(nint number, uint real, uint effective, uint saved);
}
