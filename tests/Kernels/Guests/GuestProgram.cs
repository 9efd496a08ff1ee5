using System.Collections.Immutable;

namespace NetEdit.Kernels;

/// <summary>What guests run, and on what.</summary>
/// <param name="Name">Name of its directory below <c>artifacts</c>.</param>
/// <param name="Project">The project that is published for the guest, by its path in the repository.</param>
/// <param name="Assembly">
/// The program in it. Its arguments are the agent, a file for its report, and what the run adds; lines it writes with <c>guest: </c> in front are shown.
/// </param>
internal sealed record GuestProgram(string Name, string Project, string Assembly)
{
    /// <summary>Programs of the host that it starts besides busybox's.</summary>
    public ImmutableArray<string> Tools { get; init; } = ["ip"];

    /// <summary>Modules it needs that Debian does not build in. Those a kernel has built in or does not have are left out.</summary>
    public ImmutableArray<string> Modules { get; init; } = ["veth"];

    /// <summary>Whether a guest may run on the machine's own processors (KVM), where one starts there. If not, they are always emulated.</summary>
    public bool MayVirtualize { get; init; } = true;

    /// <summary>Options of qemu for emulated processors.</summary>
    public ImmutableArray<string> Processors { get; init; } = [.. Booting.Emulated];

    /// <summary>How long a guest may take: some five minutes, and nine times that beside eight busy processes.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(45);

    /// <summary>Images, consoles and reports of the last run.</summary>
    public string Artifacts => Path.Combine(Directories.Artifacts, Name);

    /// <summary>Where it is published.</summary>
    public string Published => Path.Combine(Artifacts, "guest");

    /// <summary>The image that all its guests share.</summary>
    public string Image => Path.Combine(Artifacts, "base.cpio");

    /// <summary>Publishes it and the agent, and writes the image.</summary>
    public void Prepare()
    {
        Command.Run(Path.Combine(Directories.Repository, "eng/publish-guest.sh"), Project, Published);
        BaseImage.Write(this);
    }
}
