using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace NetEdit.Adapter.Interop;

/// <summary>
/// Takes what libbpf prints, the verifier's log included, so that it reaches people inside an error and nowhere else.
/// One thread uses libbpf at a time, but the callback may come from any: the buffer is per thread.
/// </summary>
internal static unsafe class LibBpfLog
{
    private const int Room = 1024 * 1024;
    private const int Limit = 2 * Room;
    private const int TailLines = 16;
    private const int LevelDebug = 2;

    [ThreadStatic]
    private static StringBuilder? _buffer;

    /// <summary>Loads libbpf and hooks its output.</summary>
    /// <exception cref="BpfException">There is no libbpf 1.x.</exception>
    internal static void Install()
    {
        try
        {
            LibBpf.libbpf_set_print(&Print);
        }
        catch (DllNotFoundException)
        {
            throw new BpfException(
                "libbpf.so.1 is not installed: install the distribution's libbpf1 package (libbpf 1.0 or newer)"
            );
        }
    }

    /// <summary>Forgets what was printed so far on this thread.</summary>
    internal static void Clear() => _buffer?.Clear();

    /// <summary>The last lines printed on this thread since <see cref="Clear"/>, empty when there are none.</summary>
    internal static string Tail()
    {
        if (_buffer is not { Length: > 0 } buffer)
        {
            return "";
        }

        var lines = buffer
            .ToString()
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return string.Join('\n', lines.TakeLast(TailLines));
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Print(int level, nint format, nint arguments)
    {
        if (level >= LevelDebug)
        {
            return 0;
        }

        /* A va_list can be read only once, and a verifier log comes as one text, so there must be room for it. */
        var text = (byte*)NativeMemory.Alloc(Room);
        try
        {
            var length = LibC.vsnprintf(text, Room, format, arguments);
            var buffer = _buffer ??= new StringBuilder();
            if (length > 0 && buffer.Length < Limit)
            {
                buffer.Append(Encoding.UTF8.GetString(text, Math.Min(length, Room - 1)));
            }

            return length;
        }
        catch (OutOfMemoryException)
        {
            return 0; // nothing may escape into native code
        }
        finally
        {
            NativeMemory.Free(text);
        }
    }
}
