using System.Globalization;

namespace NetEdit.Model;

/// <summary>The first three numbers of a kernel release. A missing number is zero.</summary>
public readonly record struct KernelVersion(int Major, int Minor, int Patch) : IComparable<KernelVersion>
{
    /// <summary>Reads a version from text such as <c>6.18.44-fc</c>, <c>6.1</c> or <c>7</c>.</summary>
    /// <returns>False if the text does not start with a number.</returns>
    public static bool TryParse(string? text, out KernelVersion version)
    {
        version = default;
        Span<int> parts = [0, 0, 0];
        var rest = text.AsSpan();
        for (var i = 0; i < parts.Length; i++)
        {
            var digits = 0;
            while (digits < rest.Length && char.IsAsciiDigit(rest[digits]))
            {
                digits++;
            }

            if (
                digits == 0
                || !int.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out parts[i])
            )
            {
                if (i == 0)
                {
                    return false;
                }

                break;
            }

            rest = rest[digits..];
            if (rest.IsEmpty || rest[0] != '.')
            {
                break;
            }

            rest = rest[1..];
        }

        version = new KernelVersion(parts[0], parts[1], parts[2]);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(KernelVersion other) =>
        (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));

    /// <summary>Returns whether the left version is older.</summary>
    public static bool operator <(KernelVersion left, KernelVersion right) => left.CompareTo(right) < 0;

    /// <summary>Returns whether the left version is newer.</summary>
    public static bool operator >(KernelVersion left, KernelVersion right) => left.CompareTo(right) > 0;

    /// <summary>Returns whether the left version is older or the same.</summary>
    public static bool operator <=(KernelVersion left, KernelVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Returns whether the left version is newer or the same.</summary>
    public static bool operator >=(KernelVersion left, KernelVersion right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}.{Patch}");
}
