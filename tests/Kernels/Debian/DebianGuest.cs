using System.Diagnostics;
using System.Text;

namespace NetEdit.Kernels;

/// <summary>A guest that runs Debian under systemd, and commands that come from here.</summary>
internal sealed class DebianGuest : IDisposable
{
    // The disk needs the first two, ss the third; the others are for features. A guest has no modules of its own to load.
    private static readonly string[] Modules =
    [
        "virtio_pci",
        "virtio_blk",
        "tcp_diag",
        "veth",
        "sch_ingress",
        "cls_bpf",
        "sch_fq",
        "tcp_bbr",
        "tcp_dctcp",
    ];

    private const string Init = """
        #!/bin/busybox sh
        /bin/busybox --install -s /bin
        mount -t devtmpfs none /dev
        for module in $(cat /modules/order); do insmod /modules/$module; done
        mount -t ext4 /dev/vda /root
        echo "guest: booted"
        mount --move /dev /root/dev
        exec switch_root /root /sbin/init

        """;

    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(5);

    private readonly Process _machine;
    private readonly GuestShell _shell;

    private DebianGuest(Process machine, GuestShell shell) => (_machine, _shell) = (machine, shell);

    /// <summary>Gets the files of a kernel to boot.</summary>
    /// <param name="kernel">A package, or a series for its newest.</param>
    /// <param name="progress">Told of long steps.</param>
    /// <exception cref="InvalidOperationException">The distribution has no such kernel.</exception>
    public static KernelFiles Kernel(string kernel, Action<string> progress)
    {
        var archive = AptArchive.Open(progress);
        KernelFiles? files = null;
        _ = KernelSelection.Choose(
            kernel,
            archive.Kernels(),
            [],
            build => (files = KernelFiles.TryGet(build, Modules, archive, progress)) is not null
        );
        return files!;
    }

    /// <summary>Boots Debian, and waits until it has started.</summary>
    /// <param name="name">Name of the directory of its files below <c>artifacts</c>.</param>
    /// <param name="kernel">Files of the kernel.</param>
    /// <param name="content">A directory, whose files are in <c>/mnt</c> there.</param>
    /// <param name="limit">How long it may run.</param>
    /// <param name="progress">Told what happens.</param>
    /// <exception cref="InvalidOperationException">It does not start; the message has the end of its console.</exception>
    public static DebianGuest Boot(
        string name,
        KernelFiles kernel,
        string content,
        TimeSpan limit,
        Action<string> progress
    )
    {
        var root = DebianRoot.Get(progress);
        var directory = Path.Combine(Directories.Artifacts, name);
        Directory.CreateDirectory(directory);
        var (initrd, disk, console) = (
            Path.Combine(directory, "initrd"),
            Path.Combine(directory, "content.ext4"),
            Path.Combine(directory, "console.log")
        );
        WriteInitrd(initrd, kernel);
        File.Delete(disk);
        Command.Run("truncate", "--size=400M", disk);
        Command.Run("mkfs.ext4", "-q", "-F", "-O", "^has_journal", "-d", content, disk);
        var machine = new GuestMachine(kernel.Kernel, initrd)
        {
            Devices =
            [
                "-serial",
                "file:" + console,
                "-chardev",
                "stdio,id=shell,signal=off",
                "-serial",
                "chardev:shell",
                // What is written to the root is gone with the machine.
                "-drive",
                $"file={root},format=raw,if=virtio,snapshot=on",
                "-drive",
                $"file={disk},format=raw,if=virtio,readonly=on",
            ],
            Limit = limit,
        };
        DebianGuest? guest = null;
        _ = Booting.TryBoot(mayVirtualize: true, Booting.Emulated, TryBoot, progress);
        if (guest is null || !guest._shell.IsReady(StartLimit))
        {
            guest?.Dispose();
            throw new InvalidOperationException(
                $"{name} does not start; the end of its console ({console}):\n"
                    + string.Join('\n', Booting.Read(console).Split('\n').TakeLast(60))
            );
        }

        guest.Run("mount -o ro /dev/vdb /mnt");
        return guest;

        bool TryBoot(IEnumerable<string> processors, TimeSpan bootLimit)
        {
            File.Delete(console);
            var process = machine.Start(processors);
            guest = new DebianGuest(process, new GuestShell(process));
            var watch = Stopwatch.StartNew();
            while (!process.WaitForExit(TimeSpan.FromMilliseconds(100)) && watch.Elapsed < bootLimit)
            {
                if (Booting.HasBooted(console))
                {
                    return true;
                }
            }

            guest.Dispose();
            guest = null;
            return false;
        }
    }

    /// <summary>Runs a command of bash.</summary>
    /// <returns>How it ended.</returns>
    public CommandOutcome Try(string command) => _shell.Run(command);

    /// <summary>Runs a command of bash, which must succeed.</summary>
    /// <returns>What it wrote.</returns>
    /// <exception cref="InvalidOperationException">It failed; the message has what it wrote.</exception>
    public string Run(string command)
    {
        var (exitCode, output) = Try(command);
        return exitCode == 0
            ? output
            : throw new InvalidOperationException(
                $"in the guest, this ended with exit {exitCode}: {command}\n{output}"
            );
    }

    /// <summary>Ends the machine.</summary>
    public void Dispose()
    {
        if (!_machine.HasExited)
        {
            _machine.Kill(entireProcessTree: true);
            _machine.WaitForExit();
        }

        _shell.Dispose();
        _machine.Dispose();
    }

    private static void WriteInitrd(string path, KernelFiles kernel)
    {
        using var archive = new CpioArchive(path);
        Array.ForEach(["dev", "root"], archive.AddDirectory);
        archive.AddFile("init", Encoding.ASCII.GetBytes(Init.ReplaceLineEndings("\n")));
        archive.AddFile("bin/busybox", File.ReadAllBytes(BaseImage.Program("busybox")));
        BaseImage.AddModules(archive, kernel.Modules(Modules));
    }
}
