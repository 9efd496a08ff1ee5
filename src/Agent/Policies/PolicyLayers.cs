using NetEdit.Agent.Native;

namespace NetEdit.Agent.Policies;

/// <summary>
/// The directories that are read for one that is named. Whoever makes a package or an image puts policies in a directory below <c>/usr/lib</c>; a file
/// of the same name in the administrators' directory replaces one of them, and a link to <c>/dev/null</c> takes it away, as systemd has it.
/// </summary>
/// <param name="Upper">The directory of the administrators.</param>
/// <param name="Lower">The directory of the vendor.</param>
internal sealed record PolicyLayers(string Upper, string Lower)
{
    /// <summary>The directory of the administrators.</summary>
    public const string Administrators = "/etc/netedit/policies.d";

    /// <summary>The directory of the vendor.</summary>
    public const string Vendors = "/usr/lib/netedit/policies.d";

    private const string Nothing = "/dev/null";

    /// <summary>The directories of this host.</summary>
    public static PolicyLayers OfHost { get; } = new(Administrators, Vendors);

    /// <summary>The paths to read for one that is named; what comes first replaces what has its name later.</summary>
    public string[] Of(string root) =>
        string.Equals(Path.TrimEndingDirectorySeparator(Path.GetFullPath(root)), Upper, StringComparison.Ordinal)
        && SystemCalls.Kind(Lower, out _) == FileKind.Directory
            ? [root, Lower]
            : [root];

    /// <summary>Whether an entry is a link to <c>/dev/null</c>.</summary>
    public static bool IsMask(string entry) =>
        string.Equals(new FileInfo(entry).LinkTarget, Nothing, StringComparison.Ordinal);
}
