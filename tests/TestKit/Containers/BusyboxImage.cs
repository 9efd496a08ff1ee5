using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;

namespace NetEdit.TestKit;

/// <summary>A container image of the host's busybox, which sleeps, as an archive that every runtime loads.</summary>
public static class BusyboxImage
{
    /// <summary>The program: Debian's busybox-static.</summary>
    public const string Program = "/bin/busybox";

    /// <summary>Name of the image.</summary>
    public const string Name = "lab/busybox:1";

    /// <summary>Another name of it, for the sandboxes of pods.</summary>
    public const string Pause = "lab/pause:1";

    /// <summary>Writes the archive.</summary>
    public static void Write(string path)
    {
        var layer = Tar([("bin/busybox", File.ReadAllBytes(Program))], ["bin/sh", "bin/sleep", "bin/nc"]);
        var digest = Convert.ToHexStringLower(SHA256.HashData(layer));
        var config = $$$"""
            {"architecture":"{{{Architecture}}}","os":"linux","config":{"Cmd":["/bin/sleep","100000"]},
            "rootfs":{"type":"layers","diff_ids":["sha256:{{{digest}}}"]}}
            """;
        var manifest = $$"""
            [{"Config":"config.json","RepoTags":["docker.io/{{Name}}","docker.io/{{Pause}}"],"Layers":["layer.tar"]}]
            """;
        File.WriteAllBytes(
            path,
            Tar(
                [
                    ("manifest.json", Encoding.UTF8.GetBytes(manifest)),
                    ("config.json", Encoding.UTF8.GetBytes(config)),
                    ("layer.tar", layer),
                ],
                []
            )
        );
    }

    private static string Architecture =>
        System.Runtime.InteropServices.RuntimeInformation.OSArchitecture
        == System.Runtime.InteropServices.Architecture.Arm64
            ? "arm64"
            : "amd64";

    private static byte[] Tar(IEnumerable<(string Name, byte[] Content)> files, IEnumerable<string> links)
    {
        using var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                writer.WriteEntry(
                    new UstarTarEntry(TarEntryType.RegularFile, name)
                    {
                        Mode = (UnixFileMode)0b111_101_101,
                        DataStream = new MemoryStream(content),
                    }
                );
            }

            foreach (var link in links)
            {
                writer.WriteEntry(new UstarTarEntry(TarEntryType.SymbolicLink, link) { LinkName = "busybox" });
            }
        }

        return archive.ToArray();
    }
}
