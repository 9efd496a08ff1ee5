using System.Security.Cryptography;
using System.Text;

namespace NetEdit.Kernels;

/// <summary>A disk with Debian 12 that boots under systemd: what a small host has, the packages that NetEdit's package depends on, and a shell for tests.</summary>
internal static class DebianRoot
{
    private const string Suite = "bookworm";

    // The package depends on the four libraries; the tests look with the tools.
    private static readonly string[] Packages =
    [
        "systemd-sysv",
        "iproute2",
        "procps",
        "libbpf1",
        "libelf1",
        "libssl3",
        "libstdc++6",
        "bpftool",
        "busybox-static",
    ];

    // No terminal is there to log in, and nothing may begin to work by itself while a test looks.
    private static readonly string[] Masked =
    [
        "getty@tty1.service",
        "getty-static.service",
        "serial-getty@ttyS0.service",
        "apt-daily.timer",
        "apt-daily-upgrade.timer",
        "dpkg-db-backup.timer",
        "e2scrub_reap.service",
        "e2scrub_all.timer",
    ];

    private const string ShellUnit = """
        [Unit]
        Description=Runs the commands of a test, which come on the second serial line

        [Service]
        ExecStart=/usr/local/sbin/test-shell
        StandardInput=tty
        StandardOutput=tty
        StandardError=journal
        TTYPath=/dev/ttyS1
        Environment=HOME=/root LC_ALL=C.UTF-8 TERM=dumb

        [Install]
        WantedBy=multi-user.target

        """;

    // A line is a command, and its answer is one, too: the exit code, and what the command wrote.
    private const string Shell = """
        #!/bin/bash
        stty raw -echo
        echo ready
        while read -r request; do
          output=$(timeout --kill-after=5 {0} bash -c "$(base64 --decode <<<"$request")" 2>&1 </dev/null)
          echo "$? $(printf %s "$output" | base64 --wrap=0)"
        done

        """;

    private const string Finish = """
        set -eu
        cd "$1"
        chmod 755 .
        rm -rf var/cache/apt/archives/*.deb var/lib/apt/lists/* var/cache/debconf/*-old usr/share/doc/* usr/share/locale/* usr/share/man/*
        : >etc/apt/sources.list
        systemd-machine-id-setup --root="$1"
        truncate --size=1G "$2"
        mkfs.ext4 -q -F -m 0 -O ^has_journal -E lazy_itable_init=0 -d "$1" "$2"
        """;

    private static string ShellText =>
        Shell.Replace("{0}", $"{GuestShell.Limit.TotalSeconds}", StringComparison.Ordinal);

    /// <summary>Gets the disk, which is made when it is not there.</summary>
    /// <param name="progress">Told of long steps.</param>
    /// <returns>Its path. Nobody may write to it.</returns>
    /// <exception cref="InvalidOperationException">It could not be made.</exception>
    public static string Get(Action<string> progress)
    {
        var directory = Path.Combine(Directories.Artifacts, "debian");
        var disk = Path.Combine(directory, $"{Suite}-{Key()}.ext4");
        Directory.CreateDirectory(directory);
        using var turn = FileTurn.Take(Path.Combine(directory, "lock"), TimeSpan.FromMinutes(30));
        if (!File.Exists(disk))
        {
            Make(disk, progress);
        }

        return disk;
    }

    private static void Make(string disk, Action<string> progress)
    {
        progress($"making a disk with Debian's {Suite}");
        // Not below the repository: the links in /dev lead whoever searches that in circles.
        var root = Directory.CreateTempSubdirectory("netedit-debian-").FullName;
        try
        {
            Fill(root);
            Command.Run("bash", "-c", Finish, "finish", root, disk + ".new");
            File.Move(disk + ".new", disk);
        }
        finally
        {
            Command.Run("rm", "-rf", "--one-file-system", root);
        }
    }

    private static void Fill(string root)
    {
        Command.Run(
            "debootstrap",
            "--variant=minbase",
            "--include=" + string.Join(',', Packages),
            "--keyring=" + AptArchive.Keyring,
            Suite,
            root,
            AptArchive.Address
        );
        Put("etc/hostname", "guest\n");
        Put("etc/hosts", "127.0.0.1 localhost guest\n");
        Put("etc/systemd/system/test-shell.service", ShellUnit);
        Put("usr/local/sbin/test-shell", ShellText);
        File.SetUnixFileMode(Path.Combine(root, "usr/local/sbin/test-shell"), (UnixFileMode)0b_111_101_101);
        Link("multi-user.target.wants/test-shell.service", "../test-shell.service");
        Array.ForEach(Masked, unit => Link(unit, "/dev/null"));

        void Put(string path, string text) =>
            File.WriteAllText(Path.Combine(root, path), text.ReplaceLineEndings("\n"));

        void Link(string unit, string target)
        {
            var link = Path.Combine(root, "etc/systemd/system", unit);
            Directory.CreateDirectory(Path.GetDirectoryName(link)!);
            File.Delete(link);
            File.CreateSymbolicLink(link, target);
        }
    }

    /// <summary>What it is made of, in a few digits: a disk that would be made of anything else has another name.</summary>
    private static string Key() =>
        Convert.ToHexStringLower(
            SHA256.HashData(
                Encoding.UTF8.GetBytes(string.Join('\n', [.. Packages, .. Masked, ShellUnit, ShellText, Finish]))
            )
        )[..12];
}
