using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using NetEdit.Adapter.Interop;

namespace NetEdit.Adapter.Objects;

/// <summary>
/// An object file that libbpf has opened, and loaded when <see cref="Load"/> was called. Programs and maps in it live as
/// long as it does, or longer where they are pinned or attached.
/// </summary>
internal sealed unsafe class LoadedObject : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly string _name;
    private readonly byte[] _image;
    private MemoryFile? _types;
    private GCHandle _pinned;

    private LoadedObject(string name, byte[] image)
        : base(ownsHandle: true)
    {
        _name = name;
        _image = image;
        _pinned = GCHandle.Alloc(_image, GCHandleType.Pinned);
    }

    /// <summary>Opens an object that will be loaded; nothing reaches the kernel yet.</summary>
    /// <exception cref="BpfException">It is no BPF object.</exception>
    internal static LoadedObject Open(string name, byte[] image) => Open(name, image, KernelTypes.For(name, image));

    /// <summary>Opens an object to look at it.</summary>
    /// <exception cref="BpfException">It is no BPF object.</exception>
    internal static LoadedObject OpenUnloaded(string name, byte[] image) => Open(name, image, types: null);

    private static LoadedObject Open(string name, byte[] image, byte[]? types)
    {
        LibBpfLog.Clear();
        var loaded = new LoadedObject(name, image);
        var label = Marshal.StringToCoTaskMemUTF8("netedit");
        nint path = 0;
        try
        {
            if (types is not null)
            {
                loaded._types = MemoryFile.Create("types");
                loaded._types.Write(types);
                path = Marshal.StringToCoTaskMemUTF8(loaded._types.Path);
            }

            var options = new LibBpf.OpenOptions
            {
                Size = (nuint)sizeof(LibBpf.OpenOptions),
                ObjectName = label,
                KernelTypes = path,
            };
            var result = LibBpf.bpf_object__open_mem(
                (byte*)loaded._pinned.AddrOfPinnedObject(),
                (nuint)image.Length,
                &options
            );
            if (result == 0)
            {
                var errno = Marshal.GetLastPInvokeError();
                throw BpfError.Create(
                    $"open the BPF object {name}",
                    errno,
                    "the object is damaged or not compiled for BPF; rebuild or reinstall its feature"
                );
            }

            loaded.SetHandle(result);
            return loaded;
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
        finally
        {
            Marshal.FreeCoTaskMem(label);
            Marshal.FreeCoTaskMem(path);
        }
    }

    /// <summary>Creates its maps and has the kernel verify its programs.</summary>
    /// <exception cref="BpfException">The kernel refused; the message ends with the verifier's last lines.</exception>
    internal void Load()
    {
        LibBpfLog.Clear();
        var result = LibBpf.bpf_object__load(handle);
        _types?.Dispose();
        if (result < 0)
        {
            throw BpfError.Create($"load the BPF object {_name}", -result);
        }
    }

    /// <summary>The maps, by name in the object.</summary>
    internal IEnumerable<(string Name, nint Map)> Maps()
    {
        for (var map = LibBpf.bpf_object__next_map(handle, 0); map != 0; map = LibBpf.bpf_object__next_map(handle, map))
        {
            yield return (Marshal.PtrToStringUTF8(LibBpf.bpf_map__name(map))!, map);
        }
    }

    /// <summary>The map whose name ends so; the compiler's data sections get the object's name before theirs.</summary>
    internal nint Map(string suffix) =>
        Maps().FirstOrDefault(map => map.Name.EndsWith(suffix, StringComparison.Ordinal)).Map is var map && map != 0
            ? map
            : throw new BpfException($"the BPF object {_name} has no map {suffix}; rebuild or reinstall its feature");

    /// <summary>The programs.</summary>
    internal IEnumerable<nint> Programs()
    {
        for (
            var program = LibBpf.bpf_object__next_program(handle, 0);
            program != 0;
            program = LibBpf.bpf_object__next_program(handle, program)
        )
        {
            yield return program;
        }
    }

    /// <summary>Its only program that is loaded.</summary>
    internal nint Program() => Programs().Single(program => LibBpf.bpf_program__autoload(program) != 0);

    /// <summary>The descriptor of its only program that is loaded.</summary>
    internal int ProgramFd() => LibBpf.bpf_program__fd(Program());

    /// <summary>The section of a program: <c>kprobe/tcp_v4_connect</c>.</summary>
    internal static string SectionOf(nint program) =>
        Marshal.PtrToStringUTF8(LibBpf.bpf_program__section_name(program))!;

    /// <summary>The name of a program's function.</summary>
    internal static string NameOf(nint program) => Marshal.PtrToStringUTF8(LibBpf.bpf_program__name(program))!;

    /// <summary>Loads only some of its programs.</summary>
    /// <param name="isWanted">Which.</param>
    /// <returns>Whether there is any.</returns>
    internal bool Choose(Func<nint, bool> isWanted)
    {
        var any = false;
        foreach (var program in Programs().ToList())
        {
            var wanted = isWanted(program);
            any |= wanted;
            _ = LibBpf.bpf_program__set_autoload(program, (byte)(wanted ? 1 : 0));
        }

        return any;
    }

    /// <summary>Uses a map that exists already in the place of one of the object's.</summary>
    internal void Reuse(string name, KernelHandle map)
    {
        var result = LibBpf.bpf_map__reuse_fd(Map(name), map.Fd);
        if (result < 0)
        {
            throw BpfError.Create($"use the shared map {name} for {_name}", -result);
        }
    }

    /// <summary>Sets the initial value of a data section, before loading.</summary>
    internal void SetInitialValue(string suffix, ReadOnlySpan<byte> value)
    {
        fixed (byte* start = value)
        {
            var result = LibBpf.bpf_map__set_initial_value(Map(suffix), start, (nuint)value.Length);
            if (result < 0)
            {
                throw BpfError.Create(
                    $"set the read-only data of {_name}",
                    -result,
                    $"{value.Length} bytes do not fit the object"
                );
            }
        }
    }

    protected override bool ReleaseHandle()
    {
        LibBpf.bpf_object__close(handle);
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _types?.Dispose();
        if (_pinned.IsAllocated)
        {
            _pinned.Free();
        }
    }
}
