using System.Diagnostics;
using System.Text.Json.Nodes;

namespace NetEdit.EndToEnd.Tests;

/// <summary>The image of <c>./netedit image</c>, unpacked for an OCI runtime. It takes minutes to build.</summary>
public sealed class ContainerImage : IDisposable
{
    private static readonly string[] CapabilitySets = ["bounding", "effective", "permitted"];
    private static readonly TimeSpan BuildLimit = TimeSpan.FromMinutes(10);

    // Not below /tmp: hundreds of megabytes, from which a program runs.
    private readonly string _directory = Directory
        .CreateDirectory(Path.Combine(Repository.Root, "artifacts", "image-" + Guid.NewGuid().ToString("N")[..8]))
        .FullName;

    public ContainerImage()
    {
        Archive = Build("packages");
        var layout = Path.Combine(_directory, "layout");
        Directory.CreateDirectory(layout);
        Run("tar", "-x", "-C", layout, "-f", Archive);
        var index = JsonNode.Parse(File.ReadAllText(Path.Combine(layout, "index.json")))!;
        var tag = (string)index["manifests"]![0]!["annotations"]!["org.opencontainers.image.ref.name"]!;
        Run("umoci", "unpack", "--image", $"{layout}:{tag}", Bundle);
    }

    /// <summary>The archive.</summary>
    public string Archive { get; }

    private string Bundle => Path.Combine(_directory, "bundle");

    /// <summary>Builds the image of the commit.</summary>
    /// <param name="directory">Where, in a directory of this fixture.</param>
    /// <returns>Path of the archive.</returns>
    public string Build(string directory) =>
        Run(Path.Combine(Repository.Root, "netedit"), "image", Path.Combine(_directory, directory)).Trim();

    /// <summary>Starts a container of it as the DaemonSet does: in the host's namespaces, with all rights and the host's directories.</summary>
    /// <param name="scene">Whose directory it sees, and whose cgroups.</param>
    /// <param name="arguments">The program's arguments.</param>
    /// <param name="hasBpf">Whether it has the BPF file system of the host.</param>
    public HostContainer Start(Scene scene, string[] arguments, bool hasBpf = true)
    {
        var name = "ne-image-" + Guid.NewGuid().ToString("N")[..8];
        var path = Path.Combine(Bundle, "config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!;
        var process = config["process"]!.AsObject();
        process["terminal"] = false;
        process["args"] = Texts(["/usr/bin/netedit", .. arguments]);
        process["noNewPrivileges"] = false;
        process["capabilities"] = new JsonObject(
            CapabilitySets.Select(set => KeyValuePair.Create(set, (JsonNode?)Rights()))
        );
        process.Remove("rlimits");
        config.AsObject().Remove("hostname");
        config["root"]!["readonly"] = true;
        config["mounts"] = new JsonArray([
            Mount("proc", "/proc", "proc"),
            Mount("tmpfs", "/dev", "tmpfs"),
            Mount("tmpfs", "/tmp", "tmpfs"),
            Mount("sysfs", "/sys", "sysfs"),
            Bind(scene.Cgroup.FullPath[..^scene.Cgroup.Path.Length], "/sys/fs/cgroup"),
            .. hasBpf ? [Bind("/sys/fs/bpf", "/sys/fs/bpf")] : Array.Empty<JsonNode>(),
            Bind("/run/netedit", "/run/netedit"),
            Bind(scene.Combine(), scene.Combine()),
        ]);
        config["linux"] = new JsonObject { ["namespaces"] = new JsonArray([new JsonObject { ["type"] = "mount" }]) };
        File.WriteAllText(path, config.ToJsonString());
        return new HostContainer(name, Netedit.Start("runc", ["run", "--bundle", Bundle, name]));
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private static JsonArray Texts(IEnumerable<string> texts) =>
        new([.. texts.Select(text => (JsonNode)JsonValue.Create(text))]);

    private static JsonArray Rights() =>
        Texts(["CAP_BPF", "CAP_DAC_OVERRIDE", "CAP_NET_ADMIN", "CAP_PERFMON", "CAP_SYS_ADMIN", "CAP_SYS_PTRACE"]);

    private static JsonObject Mount(string source, string target, string type) =>
        new()
        {
            ["source"] = source,
            ["destination"] = target,
            ["type"] = type,
        };

    private static JsonObject Bind(string source, string target) =>
        new()
        {
            ["source"] = source,
            ["destination"] = target,
            ["type"] = "bind",
            ["options"] = Texts(["rbind", "rw"]),
        };

    private static string Run(string program, params string[] arguments)
    {
        using var process = Netedit.Start(program, arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(BuildLimit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} did not end: {errors.Result}");
        }

        process.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}: {errors.Result}");
        return output.Result;
    }
}
