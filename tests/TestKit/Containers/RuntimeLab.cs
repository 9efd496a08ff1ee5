using System.ComponentModel;
using System.Diagnostics;
using System.Security.Cryptography;

namespace NetEdit.TestKit;

/// <summary>
/// A real container runtime for a test, with data, socket, mounts and network of its own. Its containers have no network, and cgroups as
/// the runtime gives them by default. Disposing ends all of it.
/// </summary>
public sealed class RuntimeLab : IDisposable
{
    private const int SigKill = 9;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan TurnLimit = TimeSpan.FromMinutes(10);

    /* Cgroups that runtimes leave behind, below the mount of each hierarchy. */
    private static readonly string[] Leftovers = ["docker", "libpod_parent", "kubepods", "default"];

    private readonly string[] _before = [.. Cgroups()];
    private readonly IDisposable? _turn;
    private readonly string _script;
    private readonly bool _unified;
    private Process? _process;

    private RuntimeLab(string runtime, string script, bool unified, string? usual)
    {
        (Runtime, _script, _unified) = (runtime, script, unified);
        _turn = usual is null ? null : FileTurn.Take("/run/lock/netedit-runtime-lab", TurnLimit);
        Directory = System
            .IO.Directory.CreateDirectory($"/run/netedit-lab-{RandomNumberGenerator.GetHexString(8, lowercase: true)}")
            .FullName;
        Socket = usual ?? Path.Combine(Directory, runtime + ".sock");
        System.IO.Directory.CreateDirectory(Path.GetDirectoryName(Socket)!);
        Image = Path.Combine(Directory, "image.tar");
        BusyboxImage.Write(Image);
        Start();
    }

    /// <summary>The runtime, as policies name it.</summary>
    public string Runtime { get; }

    /// <summary>Its Unix socket.</summary>
    public string Socket { get; }

    /// <summary>Its directory.</summary>
    public string Directory { get; }

    /// <summary>Archive of <see cref="BusyboxImage"/>.</summary>
    public string Image { get; }

    /// <summary>Number of its process.</summary>
    public int Pid => _process!.Id;

    /// <summary>Where Docker, Podman and containerd listen as their packages install them. No test may use those of a host.</summary>
    public static (string Docker, string Podman, string Containerd) Usual =>
        ("/run/docker.sock", "/run/podman/podman.sock", "/run/containerd/containerd.sock");

    /// <summary>Starts Docker, with the image loaded.</summary>
    /// <param name="asHost">
    /// Whether it listens as the runtime of a host does, and its containers are in the hierarchy of cgroup v2, where the host has both.
    /// </param>
    public static RuntimeLab Docker(bool asHost = false) =>
        Loaded(
            new RuntimeLab(
                "docker",
                """
                exec dockerd --data-root "$D/data" --exec-root "$D/exec" --pidfile "$D/pid" --host "unix://$S" \
                  --bridge=none --iptables=false --ip6tables=false --storage-driver=vfs \
                  --exec-opt native.cgroupdriver=cgroupfs --live-restore
                """,
                asHost,
                asHost ? Usual.Docker : null
            )
        );

    /// <summary>Starts the service of Podman with runc, with the image loaded.</summary>
    /// <param name="asHost">As for <see cref="Docker"/>.</param>
    public static RuntimeLab Podman(bool asHost = false) =>
        Loaded(
            new RuntimeLab(
                "podman",
                """
                cat > "$D/containers.conf" <<CONF
                [engine]
                cgroup_manager = "cgroupfs"
                events_logger = "file"
                runtime = "runc"
                tmp_dir = "$D/tmp"
                [containers]
                default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
                [network]
                network_config_dir = "$D/networks"
                CONF
                export CONTAINERS_CONF="$D/containers.conf"
                umask 117; mkdir -m 755 -p "$D/tmp" "$D/networks"; umask 022
                (while [ ! -S "$S" ]; do sleep 0.05; done; chmod 660 "$S") & # as the unit podman.socket makes it
                exec podman --root "$D/data" --runroot "$D/run" --storage-driver vfs system service --time=0 "unix://$S"
                """,
                asHost,
                asHost ? Usual.Podman : null
            )
        );

    /// <summary>Starts containerd, with the image loaded for its CRI and for <see cref="Ctr"/>.</summary>
    /// <param name="offersCri">Whether it offers the CRI.</param>
    /// <param name="asHost">As for <see cref="Docker"/>; it then keeps its state as on a host, too.</param>
    public static RuntimeLab Containerd(bool offersCri = true, bool asHost = false)
    {
        var lab = new RuntimeLab(
            "containerd",
            $$"""
            cat > "$D/config.toml" <<CONF
            version = 2
            root = "$D/data"
            state = "{{(asHost ? "/run/containerd" : "$D/state")}}"
            disabled_plugins = ["io.containerd.internal.v1.opt"{{(
                offersCri ? "" : ", \"io.containerd.grpc.v1.cri\""
            )}}]
            [grpc]
              address = "$S"
            [ttrpc]
              address = "$S.ttrpc"
            [plugins."io.containerd.grpc.v1.cri"]
              sandbox_image = "docker.io/{{BusyboxImage.Pause}}"
              disable_apparmor = true
              restrict_oom_score_adj = true
              [plugins."io.containerd.grpc.v1.cri".containerd]
                snapshotter = "native"
            CONF
            exec containerd --config "$D/config.toml"
            """,
            asHost,
            asHost ? Usual.Containerd : null
        );
        foreach (var space in (string[])["k8s.io", "default"])
        {
            lab.Ctr("--namespace", space, "images", "import", "--snapshotter", "native", lab.Image);
        }

        return lab;
    }

    /// <summary>Whether the programs are installed: those of the runtime, and what images are made of.</summary>
    public static bool IsInstalled(params string[] programs) =>
        File.Exists(BusyboxImage.Program)
        && programs.All(program =>
            "/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin"
                .Split(':')
                .Any(directory => File.Exists(Path.Combine(directory, program)))
        );

    /// <summary>Runs Docker's command line on Docker or Podman.</summary>
    /// <returns>What it wrote.</returns>
    public string Run(params string[] arguments) => Try("docker", ["--host", $"unix://{Socket}", .. arguments]);

    /// <summary>Starts a container that sleeps.</summary>
    /// <returns>Its id.</returns>
    public string RunContainer(string name, params string[] options) =>
        Run(["run", "--detach", "--network", "none", "--name", name, .. options, BusyboxImage.Name]).Trim();

    /// <summary>Runs containerd's command line.</summary>
    public string Ctr(params string[] arguments) => Try("ctr", ["--address", Socket, .. arguments]);

    /// <summary>Starts the runtime, and waits until it listens.</summary>
    public void Start()
    {
        var setup = "mount --make-rprivate /; ip link set lo up; ";
        setup +=
            _unified && !File.Exists("/sys/fs/cgroup/cgroup.procs") ? "mount -t cgroup2 none /sys/fs/cgroup; " : "";
        var start = new ProcessStartInfo("unshare", ["--mount", "--net", "sh", "-ec", setup + _script])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        (start.Environment["D"], start.Environment["S"]) = (Directory, Socket);
        start.Environment["PATH"] += ":/usr/sbin:/sbin";
        _process = Process.Start(start)!;
        var log = _process.StandardError.ReadToEndAsync();
        _ = _process.StandardOutput.ReadToEndAsync();
        var clock = Stopwatch.StartNew();
        while (!Answers())
        {
            if (_process.HasExited || clock.Elapsed > Patience)
            {
                var why = _process.HasExited ? log.Result : "it does not listen";
                throw new InvalidOperationException($"{Runtime} does not start: {why}");
            }

            Thread.Sleep(20);
        }
    }

    /// <summary>Ends the runtime at once; its containers stay.</summary>
    public void Kill()
    {
        Signal(Pid, SigKill);
        _process!.WaitForExit();
    }

    /// <summary>Stops the process of the runtime from running, so that it answers nobody.</summary>
    public void Freeze() => Signal(Pid, Native.SigStop);

    /// <summary>Lets it run again.</summary>
    public void Thaw() => Signal(Pid, Native.SigCont);

    public void Dispose()
    {
        Signal(Pid, Native.SigCont);
        Signal(Pid, Native.SigTerm);
        if (!_process!.WaitForExit(Patience))
        {
            Signal(Pid, SigKill);
        }

        // Shims, monitors and what runs in containers.
        foreach (var process in OfLab())
        {
            Signal(process, SigKill);
        }

        var clock = Stopwatch.StartNew();
        while ((OfLab().Any() || !TryClean()) && clock.Elapsed < Patience)
        {
            Thread.Sleep(20);
        }

        _turn?.Dispose();
    }

    /* The socket of Podman gets its mode after it listens. */
    private bool Answers()
    {
        try
        {
            using var socket = new System.Net.Sockets.Socket(
                System.Net.Sockets.AddressFamily.Unix,
                System.Net.Sockets.SocketType.Stream,
                System.Net.Sockets.ProtocolType.Unspecified
            );
            socket.Connect(new System.Net.Sockets.UnixDomainSocketEndPoint(Socket));
            return File.GetUnixFileMode(Socket).HasFlag(UnixFileMode.GroupWrite);
        }
        catch (Exception exception) when (exception is System.Net.Sockets.SocketException or IOException)
        {
            return false;
        }
    }

    private static RuntimeLab Loaded(RuntimeLab lab)
    {
        lab.Run("load", "--input", lab.Image);
        return lab;
    }

    private bool TryClean()
    {
        foreach (var cgroup in Cgroups().Except(_before).OrderByDescending(path => path.Length))
        {
            try
            {
                System.IO.Directory.Delete(cgroup);
            }
            catch (IOException)
            {
                return false;
            }
        }

        try
        {
            File.Delete(Socket);
            System.IO.Directory.Delete(Directory, recursive: true);
            if (Runtime == "containerd" && Socket == Usual.Containerd)
            {
                System.IO.Directory.Delete(Path.GetDirectoryName(Socket)!, recursive: true);
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private IEnumerable<int> OfLab() =>
        System
            .IO.Directory.GetDirectories("/proc")
            .Select(Path.GetFileName)
            .Where(name => int.TryParse(name, out _))
            .Where(IsOfLab)
            .Select(name => int.Parse(name!, System.Globalization.CultureInfo.InvariantCulture));

    private bool IsOfLab(string? pid)
    {
        try
        {
            var line = File.ReadAllText($"/proc/{pid}/cmdline");
            return line.Contains(Directory, StringComparison.Ordinal)
                || line.Contains("containerd-shim", StringComparison.Ordinal)
                    && line.Contains(Socket, StringComparison.Ordinal)
                || line.StartsWith("/bin/sleep\0100000", StringComparison.Ordinal)
                    && File.ReadAllText($"/proc/{pid}/mountinfo")
                        .Contains(Path.GetFileName(Directory), StringComparison.Ordinal);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Cgroups() =>
        from mount in (string[])["/sys/fs/cgroup", .. System.IO.Directory.GetDirectories("/sys/fs/cgroup")]
        from name in Leftovers
        let path = Path.Combine(mount, name)
        where System.IO.Directory.Exists(path)
        from cgroup in System.IO.Directory.GetDirectories(path, "*", SearchOption.AllDirectories).Append(path)
        select cgroup;

    private static string Try(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] += ":/usr/sbin:/sbin";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {errors.Result}{output}");
    }

    private static void Signal(int process, int signal)
    {
        try
        {
            Native.Signal(process, signal);
        }
        catch (Win32Exception)
        {
            // It has ended.
        }
    }
}
