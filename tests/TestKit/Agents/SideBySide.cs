using System.Globalization;

namespace NetEdit.TestKit;

/// <summary>What this process has of its own when several run tests side by side.</summary>
public static class SideBySide
{
    /// <summary>Number of this process, from 1: the 2 of <c>NETEDIT_SHARE=2/4</c>. Where tests run in one process it is 1.</summary>
    public static byte Number { get; } =
        Environment.GetEnvironmentVariable("NETEDIT_SHARE") is { } share
            ? byte.Parse(share.Split('/')[0], CultureInfo.InvariantCulture)
            : (byte)1;

    /// <summary>Whether nothing but the test that runs changes the kernel.</summary>
    public static bool HasKernelAlone { get; set; } = true;
}
