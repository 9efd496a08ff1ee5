using System.Globalization;
using System.Runtime.InteropServices;
using NetEdit.Agent.Native;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Host;

/// <summary>Finds the numbers of the users that policies name.</summary>
internal static class UserNumbers
{
    private static readonly Lock OneAtATime = new(); // the C library has one place for its answer

    /// <summary>The policies with numbers for names; a name that is no user's here stays.</summary>
    public static PolicySet Resolve(PolicySet policies)
    {
        if (policies.Policies.All(policy => policy.Connections.All(selector => selector.Users.IsEmpty)))
        {
            return policies;
        }

        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        return policies with
        {
            Policies = [.. policies.Policies.Select(policy => policy with { Connections = [.. policy.Connections.Select(selector => selector with { Users = [.. selector.Users.Select(Number).Distinct(StringComparer.Ordinal)] })] })],
        };

        string Number(string user) => known.TryGetValue(user, out var number) ? number : known[user] = Find(user);
    }

    private static string Find(string user)
    {
        const int UserNumber = 16; // behind two pointers of struct passwd
        if (UserText.IsNumber(user))
        {
            return user;
        }

        lock (OneAtATime)
        {
            var entry = Libc.FindUser(user);
            return entry == 0 ? user : ((uint)Marshal.ReadInt32(entry, UserNumber)).ToString(CultureInfo.InvariantCulture);
        }
    }
}
