using System.Security.Cryptography;

namespace NetEdit.Lab;

/// <summary>Names that no other lab on this machine has.</summary>
internal static class LabName
{
    /// <summary><c>ne-</c> and eight random characters: short enough to stay a valid interface name with a suffix of four.</summary>
    public static string Next() => "ne-" + RandomNumberGenerator.GetString("0123456789abcdefghijklmnopqrstuvwxyz", 8);
}
