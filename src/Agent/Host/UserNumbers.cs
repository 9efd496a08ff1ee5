using System.Globalization;
using System.Runtime.InteropServices;
using NetEdit.Agent.Native;
using NetEdit.Model;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Host;

/// <summary>Finds the numbers of the users that policies name.</summary>
internal static class UserNumbers
{
    private const int MostRoom = 1 << 20;

    /// <summary>
    /// The policies with numbers for names; a name that is no user's here stays. Where the name service does not tell, the policy says so, and what it has stays in force.
    /// </summary>
    public static PolicySet Resolve(PolicySet policies)
    {
        if (policies.Policies.All(policy => policy.Connections.All(selector => selector.Users.IsEmpty)))
        {
            return policies;
        }

        var asked = new Dictionary<string, (string User, string? Unknown)>(StringComparer.Ordinal);
        return policies with { Policies = [.. policies.Policies.Select(Resolve)] };

        Policy Resolve(Policy policy) =>
            policy with
            {
                Connections =
                [
                    .. policy.Connections.Select(selector =>
                        selector with
                        {
                            Users = [.. selector.Users.Select(user => Ask(user).User).Distinct(StringComparer.Ordinal)],
                        }
                    ),
                ],
                Unseen = policy
                    .Connections.SelectMany(selector => selector.Users)
                    .Select(user => Ask(user).Unknown)
                    .FirstOrDefault(unknown => unknown is not null)
                    is { } why
                    ? new UnseenPart(why, [])
                    : policy.Unseen,
            };

        (string User, string? Unknown) Ask(string user) =>
            asked.TryGetValue(user, out var answer) ? answer : asked[user] = Find(user);
    }

    /// <summary>What an answer of the name service means.</summary>
    /// <param name="user">The name that was asked for.</param>
    /// <param name="number">The number it has; null when none was found.</param>
    /// <param name="errno">What the call returned.</param>
    /// <returns>Number or name, and why it is not known whether there is such a user; null when it is.</returns>
    internal static (string User, string? Unknown) Judge(string user, uint? number, int errno) =>
        number is { } found
            ? (found.ToString(CultureInfo.InvariantCulture), null)
            : (
                user,
                errno is 0 or SystemCalls.ENOENT or SystemCalls.ESRCH
                    ? null
                    : $"names the user {user}, of whom the name service of this host tells nothing now: "
                        + $"{Marshal.GetPInvokeErrorMessage(errno)}"
            );

    private static unsafe (string User, string? Unknown) Find(string user)
    {
        const int UserSize = 64; // struct passwd has 48 bytes
        const int NumberOffset = 16; // behind two pointers
        if (UserText.IsNumber(user))
        {
            return (user, null);
        }

        var entry = stackalloc byte[UserSize];
        for (var size = 1024; ; size *= 2)
        {
            var room = new byte[size];
            nint found = 0;
            int errno;
            fixed (byte* start = room)
            {
                errno = SystemCalls.FindUser(user, entry, start, (nuint)size, &found);
            }

            if (errno != SystemCalls.ERANGE || size >= MostRoom)
            {
                return Judge(user, found == 0 ? null : *(uint*)(entry + NumberOffset), errno);
            }
        }
    }
}
