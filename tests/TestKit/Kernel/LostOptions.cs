using System.Buffers.Binary;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Kinds;
using NetEdit.Adapter.Maps;

namespace NetEdit.TestKit;

/// <summary>
/// The peers that the chain of a scene remembers because an option was lost on the path to them (<c>lost_option.h</c>).
/// </summary>
public static class LostOptions
{
    private const string Map = "lost_options";
    private const int KeyBytes = 20;
    private const int ValueBytes = 24;

    /// <summary>How long each of them is still left alone; negative or zero for one that is only suspected.</summary>
    public static IReadOnlyList<TimeSpan> Left(KernelScene scene)
    {
        using var map = Open(scene);
        return [.. map.Keys(KeyBytes).Select(key => Until(map, key) - Now())];
    }

    /// <summary>Lets the time of each of them be over.</summary>
    public static void Expire(KernelScene scene)
    {
        using var map = Open(scene);
        foreach (var key in map.Keys(KeyBytes))
        {
            var value = Read(map, key);
            BinaryPrimitives.WriteUInt64LittleEndian(value, 1);
            map.Update(key, value);
        }
    }

    private static TimeSpan Until(KernelMap map, byte[] key) =>
        TimeSpan.FromTicks((long)BinaryPrimitives.ReadUInt64LittleEndian(Read(map, key)) / TimeSpan.NanosecondsPerTick);

    /* Of .NET the time since boot, as bpf_ktime_get_ns counts it. */
    private static TimeSpan Now() => System.Diagnostics.Stopwatch.GetElapsedTime(0);

    private static byte[] Read(KernelMap map, byte[] key)
    {
        var value = new byte[ValueBytes];
        return map.TryLookup(key, value) ? value : throw new InvalidOperationException("the peer was forgotten");
    }

    private static KernelMap Open(KernelScene scene)
    {
        using var program = ChainObserver.OpenProgram(scene.Adapter.Observe().Chains.Single().ProgramId);
        foreach (var id in KernelInfo.Program(program).MapIds)
        {
            var map = KernelHandle.Of(LibBpf.bpf_map_get_fd_by_id(id), $"open the map {id}");
            if (KernelInfo.Map(map).Name == Map)
            {
                return new KernelMap(Map, map);
            }

            map.Dispose();
        }

        throw new InvalidOperationException("the chain remembers no peers");
    }
}
