using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.InteropServices;

namespace NetEdit.Adapter.Interop;

/// <summary>Makes errors that a person understands: what was tried, errno by name and meaning, what to do, and the end of libbpf's log.</summary>
internal static class BpfError
{
    internal const int Eperm = 1;
    internal const int Enoent = 2;
    internal const int Ebadf = 9;
    internal const int Eagain = 11;
    internal const int Enomem = 12;
    internal const int Eacces = 13;
    internal const int Eexist = 17;
    internal const int Enodev = 19;
    internal const int Eopnotsupp = 95;

    /* The verifier refuses with the same errnos as whatever guards bpf(), but says why. */
    /* libbpf cannot read the kernel's BTF, for whatever reason, and says ESRCH. */
    private const string NoBtf = "Error loading vmlinux BTF";
    private const string Btf = "/sys/kernel/btf/vmlinux";
    private const string EndOfVerifierLog = "-- END PROG LOAD LOG --";

    /* EINTR, EAGAIN, ENOMEM, EBUSY, ENFILE, EMFILE */
    private static readonly int[] Passing = [4, 11, 12, 16, 23, 24];

    private static readonly FrozenDictionary<int, (string Name, string Meaning)> Known = new Dictionary<
        int,
        (string, string)
    >
    {
        [1] = ("EPERM", "not permitted"),
        [2] = ("ENOENT", "does not exist"),
        [3] = ("ESRCH", "no such type or symbol in the kernel"),
        [4] = ("EINTR", "interrupted"),
        [5] = ("EIO", "input or output failed"),
        [7] = ("E2BIG", "too big, or too many already"),
        [9] = ("EBADF", "not an open descriptor"),
        [11] = ("EAGAIN", "try again"),
        [12] = ("ENOMEM", "out of memory"),
        [13] = ("EACCES", "refused by the verifier or by file permissions"),
        [14] = ("EFAULT", "bad address"),
        [16] = ("EBUSY", "in use"),
        [17] = ("EEXIST", "exists already"),
        [18] = ("EXDEV", "on another file system"),
        [19] = ("ENODEV", "no such device or file system type"),
        [20] = ("ENOTDIR", "not a directory"),
        [21] = ("EISDIR", "a directory"),
        [22] = ("EINVAL", "invalid, or unknown to this kernel"),
        [23] = ("ENFILE", "too many open files on this host"),
        [24] = ("EMFILE", "too many open files"),
        [28] = ("ENOSPC", "no space left"),
        [30] = ("EROFS", "read-only file system"),
        [31] = ("EMLINK", "too many links"),
        [34] = ("ERANGE", "out of range"),
        [36] = ("ENAMETOOLONG", "name too long"),
        [37] = ("ENOLCK", "no more locks"),
        [38] = ("ENOSYS", "not in this kernel"),
        [39] = ("ENOTEMPTY", "not empty"),
        [40] = ("ELOOP", "a symbolic link, or too many of them"),
        [71] = ("EPROTO", "the peer did not agree"),
        [92] = ("ENOPROTOOPT", "option unknown to this kernel"),
        [95] = ("EOPNOTSUPP", "not supported"),
        [97] = ("EAFNOSUPPORT", "address family unknown to this kernel"),
        [105] = ("ENOBUFS", "no buffer space"),
        [110] = ("ETIMEDOUT", "segments with it were lost, and the same segments without it arrived"),
        [113] = (
            "EHOSTUNREACH",
            "the path to this peer lost segments with it within the last hour, so it was left out"
        ),
        [116] = ("ESTALE", "replaced meanwhile"),
        [122] = ("EDQUOT", "quota exceeded"),
        [524] = ("ENOTSUPP", "not supported by this kernel"),
    }.ToFrozenDictionary();

    /// <summary>The errno's name, or its number when it has none here.</summary>
    internal static string Name(int errno) =>
        Known.TryGetValue(errno, out var known) ? known.Name : errno.ToString(CultureInfo.InvariantCulture);

    /// <summary>What the errno means, a clause for a person; empty when it has no name here.</summary>
    internal static string Meaning(int errno) => Known.TryGetValue(errno, out var known) ? known.Meaning : "";

    /// <summary>The exception for a failed operation. Takes the end of libbpf's log along.</summary>
    /// <param name="operation">What was tried, on what: a clause without a subject, <c>load the chain of /web.slice</c>.</param>
    /// <param name="errno">Positive errno.</param>
    /// <param name="advice">What to do, or empty.</param>
    internal static BpfException Create(string operation, int errno, string advice = "")
    {
        var (name, meaning) = Known.TryGetValue(errno, out var known) ? known : (Name(errno), "unknown error");
        var message = $"could not {operation}: {name} ({meaning})";
        string? privilege = null;
        if (errno == Eperm && !Privileges.Has(Privileges.Bpf))
        {
            privilege = "CAP_BPF";
            advice = "run as root, or with CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON";
        }

        if (advice.Length > 0)
        {
            message += "; " + advice;
        }

        var tail = LibBpfLog.Tail();
        LibBpfLog.Clear();
        if (tail.Length > 0)
        {
            message += "\n  " + tail.Replace("\n", "\n  ", StringComparison.Ordinal);
        }

        return new BpfException(message)
        {
            Errno = errno,
            MissingPrivilege = privilege,
            IsPassing =
                IsPassing(errno)
                || Passing.Any(passed => IsIn(tail, passed))
                || (tail.Contains(NoBtf, StringComparison.Ordinal) && HostFiles.Exists(Btf)),
            IsDenied =
                (errno is Eperm or Eacces || IsIn(tail, Eperm) || IsIn(tail, Eacces))
                && !tail.Contains(EndOfVerifierLog, StringComparison.Ordinal),
        };
    }

    /// <summary>The exception for a failed operation on a file or a directory.</summary>
    /// <param name="operation">What was tried, on what: a clause without a subject, <c>remove /sys/fs/bpf/netedit/sysctls</c>.</param>
    /// <param name="errno">Positive errno.</param>
    internal static BpfException OfFile(string operation, int errno) =>
        new($"could not {operation}: {Name(errno)} ({(Known.ContainsKey(errno) ? Meaning(errno) : "unknown error")})")
        {
            Errno = errno,
            IsOfFile = true,
            IsPassing = IsPassing(errno),
            IsDenied = errno is Eperm or Eacces,
        };

    /// <summary>Whether the same may succeed the next time.</summary>
    internal static bool IsPassing(int errno) => Passing.Contains(errno);

    /* libbpf goes on after some failures, and what the kernel says in the end is another errno. */
    private static bool IsIn(string log, int errno) =>
        log.Contains(Name(errno), StringComparison.Ordinal)
        || log.Contains(Marshal.GetPInvokeErrorMessage(errno), StringComparison.Ordinal);
}
