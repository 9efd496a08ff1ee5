using System.Reflection;
using System.Security.Cryptography;

namespace NetEdit.Bpf;

/// <summary>
/// A compiled BPF object file (relocatable ELF with BTF). The image is not read before <see cref="Image"/> or
/// <see cref="Digest"/> is first used.
/// </summary>
public sealed class BpfObject
{
    private readonly Lazy<byte[]> _image;
    private readonly Lazy<string> _digest;

    /// <summary>Creates an object. Its image is read when it is first needed.</summary>
    /// <param name="name">The name to show in messages, usually the name of the source file without its ending.</param>
    /// <param name="read">Returns the ELF image. It is called at most once.</param>
    public BpfObject(string name, Func<byte[]> read)
    {
        Name = name;
        _image = new Lazy<byte[]>(read);
        _digest = new Lazy<string>(() => Convert.ToHexStringLower(SHA256.HashData(_image.Value)));
    }

    /// <summary>The name to show in messages.</summary>
    public string Name { get; }

    /// <summary>The ELF image.</summary>
    public ReadOnlyMemory<byte> Image => _image.Value;

    /// <summary>SHA-256 of the image, as 64 lower case hexadecimal digits.</summary>
    public string Digest => _digest.Value;

    /// <summary>Returns the object that the build embedded in an assembly as the resource <c>NAME.bpf.o</c>.</summary>
    /// <param name="assembly">The assembly that contains the resource.</param>
    /// <param name="name">The name of the source file without <c>.bpf.c</c>.</param>
    /// <exception cref="InvalidOperationException">
    /// The assembly has no such resource. The first use of the image throws this, not this method.
    /// </exception>
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
