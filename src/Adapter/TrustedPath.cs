using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using NetEdit.Adapter.Interop;

namespace NetEdit.Adapter;

/// <summary>Why something is not opened.</summary>
/// <param name="Message">For a person: the step of the path, what is wrong with it, and what to do.</param>
/// <param name="IsAbsent">Whether there simply is nothing of that name: no link leads nowhere, nothing is refused.</param>
public sealed record TrustProblem(string Message, bool IsAbsent)
{
    /// <summary>The errno of the call that failed; 0 when none did and what was found is not trusted.</summary>
    public int Errno { get; init; }
}

/// <summary>
/// Opens files and directories that nobody but root and this process's user can have put in their place. From the root directory to the last step, each is opened below the one
/// before it and checked by its descriptor: it belongs to root or to this process's user, and neither its group nor others can write to it; a link leads on under the same
/// rule. What is opened stays what was checked, whatever becomes of the path.
/// </summary>
public static class TrustedPath
{
    private const int NotDirectory = 20;
    private const int MostLinks = 40; /* path_resolution(7) */
    private const int TypeMask = 0xf000;
    private const int RegularFile = 0x8000;
    private const int Directory = 0x4000;
    private const int Link = 0xa000;
    private const int Sticky = 0x200;
    private const int WritableByOthers = 0b010_010;

    /// <summary>Opens a regular file for reading.</summary>
    /// <param name="path">Its absolute path.</param>
    /// <param name="problem">Why it was not opened; null when it was.</param>
    public static SafeFileHandle? OpenFile(string path, out TrustProblem? problem) =>
        Open(path, RegularFile, throughSticky: false, out problem);

    /// <summary>Opens a directory.</summary>
    /// <param name="path">Its absolute path.</param>
    /// <param name="problem">Why it was not opened; null when it was.</param>
    /// <param name="throughSticky">
    /// Whether directories above it may be writable by others when they are sticky, as the root of a BPF file system is by default: nobody can take away there what is root's.
    /// </param>
    public static SafeFileHandle? OpenDirectory(string path, out TrustProblem? problem, bool throughSticky = false) =>
        Open(path, Directory, throughSticky, out problem);

    /// <summary>Says why an entry of a directory that was checked cannot be trusted; null when it can be, or is gone.</summary>
    internal static TrustProblem? ProblemOfEntry(string path)
    {
        using var place = new PathStep();
        place.Look(path);
        return place.Fd < 0
            ? place.Errno == BpfError.Enoent
                ? null
                : Failed(path, place.Errno, links: 0)
            : Distrust(place, mayBeSticky: false) is { } distrust
                ? new TrustProblem(distrust, IsAbsent: false)
                : null;
    }

    /// <summary>Makes a path by which something open is found as long as it is open, whatever becomes of its name.</summary>
    public static string PathOf(SafeFileHandle opened) =>
        string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{(int)opened.DangerousGetHandle()}");

    private static SafeFileHandle? Open(string path, int type, bool throughSticky, out TrustProblem? problem)
    {
        using var place = new PathStep();
        problem = path.StartsWith('/')
            ? Walk(place, path, throughSticky)
            : new TrustProblem($"'{path}' is not an absolute path", IsAbsent: false);
        if (problem is null && (place.Mode & TypeMask) != type)
        {
            problem = new TrustProblem(
                $"'{place.Path}' is not a {(type == Directory ? "directory" : "regular file")}",
                IsAbsent: false
            );
        }

        if (problem is not null)
        {
            return null;
        }

        const int nonBlocking = 0x800;
        var fd = LibC.open(
            string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{place.Fd}"),
            LibC.OpenRead | nonBlocking
        );
        problem = fd < 0 ? Failed(place.Path, Marshal.GetLastPInvokeError(), links: 0) : null;
        return fd < 0 ? null : new SafeFileHandle(fd, ownsHandle: true);
    }

    private static TrustProblem? Walk(PathStep place, string path, bool throughSticky)
    {
        var names = new Stack<string>();
        Push(names, path);
        place.Root();
        for (var links = 0; ; )
        {
            if (place.Fd < 0)
            {
                return Failed(place.Path, place.Errno, links: 1);
            }

            if (Distrust(place, throughSticky && names.Count > 0) is { } distrust)
            {
                return new TrustProblem(distrust, IsAbsent: false);
            }

            if (!names.TryPop(out var name))
            {
                return null;
            }

            using var next = place.Enter(name);
            if (next.Fd < 0)
            {
                return Failed(next.Path, next.Errno, links);
            }

            if ((next.Mode & TypeMask) != Link)
            {
                place.TakeFrom(next);
                continue;
            }

            if (!IsOurs(next.Owner))
            {
                return new TrustProblem(OwnedByOthers(next), IsAbsent: false);
            }

            if (++links > MostLinks)
            {
                return new TrustProblem($"'{path}' leads through more than {MostLinks} links", IsAbsent: false);
            }

            if (next.ReadLink(out var errno) is not { Length: > 0 } target)
            {
                return new TrustProblem(
                    $"'{next.Path}' is a link that cannot be read: {BpfError.Name(errno)} ({BpfError.Meaning(errno)})",
                    IsAbsent: false
                )
                {
                    Errno = errno,
                };
            }

            Push(names, target);
            if (target.StartsWith('/'))
            {
                place.Root();
            }
        }
    }

    private static string? Distrust(PathStep place, bool mayBeSticky)
    {
        if (!IsOurs(place.Owner))
        {
            return OwnedByOthers(place);
        }

        return (place.Mode & WritableByOthers, place.Mode & Sticky) switch
        {
            (0, _) => null,
            (_, 0) => $"'{place.Path}' can be written by its group or by others; take the permission away with: "
                + $"chmod go-w '{place.Path}'",
            _ when mayBeSticky => null,
            _ => $"'{place.Path}' can be written by everybody; use a place below directories that only root "
                + $"can write to",
        };
    }

    private static string OwnedByOthers(PathStep place) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"'{place.Path}' belongs to user {place.Owner}; it must belong to root or to the current user"
        );

    private static bool IsOurs(uint owner) => owner == 0 || owner == LibC.geteuid();

    private static void Push(Stack<string> names, string path)
    {
        foreach (var name in path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
        {
            names.Push(name);
        }
    }

    private static TrustProblem Failed(string path, int errno, int links) =>
        new(
            $"'{path}' cannot be opened: {BpfError.Name(errno)} ({BpfError.Meaning(errno)})",
            links == 0 && errno is BpfError.Enoent or NotDirectory
        )
        {
            Errno = errno,
        };

    /// <summary>Where the walk is: something that is open for nothing but to be looked at and gone on from.</summary>
    private sealed class PathStep : IDisposable
    {
        private const int LookOnly = OpenBelow.PathOnly | LibC.OpenRead;
        private KernelHandle? _opened;

        public string Path { get; private set; } = "/";

        public uint Owner { get; private set; }

        public int Mode { get; private set; }

        /// <summary>Why nothing is open.</summary>
        public int Errno { get; private set; }

        /// <summary>-1 when nothing is open.</summary>
        public int Fd => _opened?.Fd ?? -1;

        public void Root() => Look("/");

        public void Look(string path) => Keep(path, LibC.open(path, LookOnly | OpenBelow.NoFollow));

        /// <summary>The entry of that name, a link as such.</summary>
        public PathStep Enter(string name)
        {
            var next = new PathStep();
            next.Keep(
                name == ".." ? System.IO.Path.GetDirectoryName(Path) ?? "/"
                    : name == "." ? Path
                    : System.IO.Path.Combine(Path, name),
                LibC.openat(Fd, name, LookOnly | OpenBelow.NoFollow)
            );
            return next;
        }

        public void TakeFrom(PathStep next)
        {
            Dispose();
            (_opened, Path, Owner, Mode) = (next._opened, next.Path, next.Owner, next.Mode);
            next._opened = null;
        }

        public unsafe string ReadLink(out int errno)
        {
            const int Longest = 4096;
            var target = stackalloc byte[Longest];
            var length = LibC.readlinkat(Fd, "", target, Longest);
            errno = length < 0 ? Marshal.GetLastPInvokeError() : 0;
            return Encoding.UTF8.GetString(target, (int)Math.Max(length, 0));
        }

        public void Dispose() => _opened?.Dispose();

        private void Keep(string path, int fd)
        {
            var errno = fd < 0 ? Marshal.GetLastPInvokeError() : 0;
            Dispose();
            _opened = null;
            if (fd >= 0)
            {
                var opened = new KernelHandle(fd);
                if (LibC.TryLook(fd, out var found, out errno))
                {
                    (_opened, Owner, Mode) = (opened, found.Owner, found.Mode);
                }
                else
                {
                    opened.Dispose();
                }
            }

            (Path, Errno) = (path, errno);
        }
    }
}
