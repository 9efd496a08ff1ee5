using System.Text;

namespace NetEdit.Kernels;

/// <summary>The part of a guest's file system that all kernels share: .NET, the published agent, the driver, and what they call.</summary>
internal static class BaseImage
{
    // Where the kernel's modules are, with a file that gives their order.
    private const string Modules = "modules";

    private static readonly string[] Empty = ["proc", "sys", "dev", "tmp", "run", "var/lib"];
    private static readonly string[] ProgramDirectories = ["/usr/bin", "/bin", "/usr/sbin", "/sbin"];

    /// <summary>What the program is told besides the agent and the place of its report.</summary>
    public const string Arguments = "arguments";

    private const string Init = """
        #!/bin/busybox sh
        /bin/busybox --install -s /bin
        export PATH=/bin:/dotnet DOTNET_ROOT=/dotnet HOME=/tmp LC_ALL=C DOTNET_CLI_TELEMETRY_OPTOUT=1
        chmod 0755 / # the kernel made it for everybody, and nothing below such a directory is trusted
        mount -t proc none /proc
        mount -t sysfs none /sys
        mount -t devtmpfs none /dev
        mount -t tmpfs none /tmp
        mount -t tmpfs -o mode=0755 none /run
        mount -t cgroup2 none /sys/fs/cgroup
        mount -t bpf none /sys/fs/bpf
        for module in $(cat /modules/order); do insmod /modules/$module; done
        ip link set lo up
        echo "guest: booted in $(cut -d ' ' -f 1 /proc/uptime) s"
        dotnet /guest/{0} /netedit/netedit.dll /tmp/report.json $(cat /arguments)
        [ -e /tmp/report.json ] && cat /tmp/report.json > /dev/ttyS1
        echo "guest: done after $(cut -d ' ' -f 1 /proc/uptime) s"
        poweroff -f
        """;

    /// <summary>Writes the image.</summary>
    public static void Write(GuestProgram program)
    {
        using var archive = new CpioArchive(program.Image);
        Array.ForEach(Empty, archive.AddDirectory);

        archive.AddFile(
            "init",
            Encoding.ASCII.GetBytes(
                Init.Replace("{0}", program.Assembly, StringComparison.Ordinal).ReplaceLineEndings("\n") + "\n"
            )
        );
        // .NET listens only where it finds the address among the hosts.
        archive.AddFile("etc/hosts", "127.0.0.1 localhost\n"u8);
        archive.AddFile("etc/nsswitch.conf", "hosts: files\n"u8);
        archive.AddFile("bin/busybox", File.ReadAllBytes(Program("busybox")));
        var tools = program.Tools.Select(Program).ToList();
        tools.ForEach(tool => archive.AddFile("bin/" + Path.GetFileName(tool), File.ReadAllBytes(tool)));

        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var dotnet = Path.GetFullPath(Path.Combine(runtime, "../../.."));
        archive.AddFile("dotnet/dotnet", File.ReadAllBytes(Path.Combine(dotnet, "dotnet")));
        archive.AddTree(
            "dotnet/host",
            Path.Combine(dotnet, "host"),
            file => file.Contains(Environment.Version.ToString(3), StringComparison.Ordinal)
        );
        archive.AddTree(
            Path.GetRelativePath(Path.Combine(dotnet, ".."), runtime)
                .Replace(Path.GetFileName(dotnet) + "/", "dotnet/", StringComparison.Ordinal),
            runtime,
            IsNeeded
        );
        archive.AddTree("netedit", Path.Combine(Directories.Artifacts, "netedit"), IsNeeded);
        archive.AddTree("guest", program.Published, IsNeeded);

        // .NET and the agent load these by name.
        string[] loaded =
        [
            SharedLibraries.Find("libbpf.so.1"),
            SharedLibraries.Find("libssl.so.3"),
            SharedLibraries.Find("libcrypto.so.3"),
        ];
        string[] users =
        [
            .. tools,
            Path.Combine(dotnet, "dotnet"),
            .. Directory.GetFiles(runtime, "*.so").Where(file => IsNeeded(Path.GetFileName(file))),
            .. loaded,
        ];
        foreach (var library in SharedLibraries.Of(users).Concat(loaded).DistinctBy(Path.GetFileName))
        {
            archive.AddFile(library[1..], File.ReadAllBytes(library));
        }
    }

    /// <summary>Adds modules of a kernel, for the first process to load in their order.</summary>
    public static void AddModules(CpioArchive archive, IReadOnlyList<(string Name, byte[] Content)> modules)
    {
        foreach (var (name, content) in modules)
        {
            archive.AddFile($"{Modules}/{name}.ko", content);
        }

        archive.AddFile(
            $"{Modules}/order",
            Encoding.ASCII.GetBytes(string.Concat(modules.Select(module => module.Name + ".ko\n")))
        );
    }

    /// <summary>Finds a program of this machine.</summary>
    /// <exception cref="InvalidOperationException">It is not installed.</exception>
    public static string Program(string name) =>
        ProgramDirectories.Select(directory => Path.Combine(directory, name)).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException($"{name} is not installed; run eng/setup.sh test");

    private static bool IsNeeded(string file) =>
        Path.GetExtension(file) is not (".pdb" or ".xml")
        && !file.Contains("coreclrtraceptprovider", StringComparison.Ordinal)
        && !file.Contains("mscordbi", StringComparison.Ordinal)
        && !file.Contains("mscordaccore", StringComparison.Ordinal);
}
