using System.Net.Sockets;
using NetEdit.Agent.Native;

namespace NetEdit.Agent.Control;

/// <summary>Who is at the other end of a Unix socket, by the kernel's word (SO_PEERCRED, unix(7)).</summary>
internal static class PeerUser
{
    private const int SolSocket = 1;
    private const int SoPeerCredentials = 17;
    private const int CredentialsSize = 12; /* struct ucred: process, user, group */

    /// <summary>Reads the number of the user who connected or listens there.</summary>
    public static uint Of(Socket socket)
    {
        Span<byte> credentials = stackalloc byte[CredentialsSize];
        socket.GetRawSocketOption(SolSocket, SoPeerCredentials, credentials);
        return BitConverter.ToUInt32(credentials[4..]);
    }

    /// <summary>Tells whether that is root, or the user of this process.</summary>
    public static bool IsOurs(Socket socket) =>
        Of(socket) is var user && (user == 0 || user == SystemCalls.EffectiveUserId());
}
