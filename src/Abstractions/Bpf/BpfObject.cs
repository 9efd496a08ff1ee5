using System.Reflection;
using System.Security.Cryptography;

namespace NetEdit.Bpf;

/// <summary>A compiled BPF object file: relocatable ELF with BTF. Nothing is read before <see cref="Image"/> is asked for.</summary>
public sealed class BpfObject
{
    private readonly Lazy<byte[]> _image;
    private readonly Lazy<string> _digest;

    /// <summary>Creates an object whose image is read when it is first needed.</summary>
    /// <param name="name">Name for messages, usually the source file without its ending.</param>
    /// <param name="read">Reads the image.</param>
    public BpfObject(string name, Func<byte[]> read)
    {
        Name = name;
        _image = new Lazy<byte[]>(read);
        _digest = new Lazy<string>(() => Convert.ToHexStringLower(SHA256.HashData(_image.Value)));
    }

    /// <summary>Name for messages.</summary>
    public string Name { get; }

    /// <summary>The ELF image.</summary>
    public ReadOnlyMemory<byte> Image => _image.Value;

    /// <summary>SHA-256 of the image, 64 lower case hexadecimal digits.</summary>
    public string Digest => _digest.Value;

    /// <summary>An object the build embedded in an assembly as <c>NAME.bpf.o</c>.</summary>
    /// <param name="assembly">The assembly that holds the resource.</param>
    /// <param name="name">Name of the source file without <c>.bpf.c</c>.</param>
    /// <exception cref="InvalidOperationException">On first use, when the assembly has no such resource.</exception>
    public static BpfObject Embedded(Assembly assembly, string name) =>
        new(
            name,
            () =>
            {
                using var stream =
                    assembly.GetManifestResourceStream(name + ".bpf.o")
                    ?? throw new InvalidOperationException($"{assembly.GetName().Name} holds no resource {name}.bpf.o");
                var image = new byte[stream.Length];
                stream.ReadExactly(image);
                return image;
            }
        );
}
