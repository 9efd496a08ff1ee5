namespace NetEdit.PolicyEngine;

/// <summary>A user, as a policy writes it.</summary>
public static class UserText
{
    /// <summary>Whether it is a number; once policies are readied for a host, what is none is no user of it.</summary>
    public static bool IsNumber(string user)
    {
        ArgumentException.ThrowIfNullOrEmpty(user);
        return char.IsAsciiDigit(user[0]);
    }
}
