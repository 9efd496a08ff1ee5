using System.Globalization;
using NetEdit.Agent.Native;

namespace NetEdit.Agent.Events;

/// <summary>Who runs this process.</summary>
internal static class Operator
{
    /// <summary>
    /// The user who called sudo or, without sudo, the one whose rights the process has; by number where users have no names, as in an image
    /// without /etc/passwd.
    /// </summary>
    public static string Name()
    {
        if (Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } caller)
        {
            return caller;
        }

        try
        {
            if (Environment.UserName is { Length: > 0 } name)
            {
                return name;
            }
        }
        catch (IOException)
        {
            // The list of users cannot be read.
        }

        return SystemCalls.EffectiveUserId().ToString(CultureInfo.InvariantCulture);
    }
}
