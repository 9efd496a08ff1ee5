using System.Text.Json;
using NetEdit.Lab;

namespace NetEdit.EndToEnd.Tests;

/// <summary>
/// This process's share of the tests, when several processes run them side by side: <c>NETEDIT_SHARES</c> names an empty directory that all of
/// them use, and <see cref="SideBySide.Number"/> is another one in each.
/// </summary>
/// <remarks>They are processes and not threads, because a test moves its whole process into a cgroup to open a socket there.</remarks>
internal static class Share
{
    private static readonly string? Directory = Environment.GetEnvironmentVariable("NETEDIT_SHARES");
    private static readonly Lazy<KernelSnapshot> Baseline = new(ReadBaseline);

    /// <summary>What the kernel held before the first test of all processes.</summary>
    public static KernelSnapshot Before => Baseline.Value;

    /// <summary>Whether something is for this process: the first one that asks has it.</summary>
    public static bool TryTake(string name)
    {
        if (Directory is null)
        {
            return true;
        }

        try
        {
            using var claim = new FileStream(Path.Combine(Directory, name), FileMode.CreateNew);
            return true;
        }
        catch (IOException) when (File.Exists(Path.Combine(Directory, name)))
        {
            return false;
        }
    }

    private static KernelSnapshot ReadBaseline()
    {
        if (Directory is null)
        {
            return KernelResidue.TakeBaseline();
        }

        var path = Path.Combine(Directory, "baseline.json");
        if (TryTake("baseline"))
        {
            using var alone = new KernelLock();
            File.WriteAllText(path + ".new", JsonSerializer.Serialize(KernelResidue.TakeBaseline()));
            File.Move(path + ".new", path);
        }

        // The first process may wait for the tests of another checkout.
        SpinWait.SpinUntil(() => File.Exists(path), KernelLock.Limit);
        return JsonSerializer.Deserialize<KernelSnapshot>(File.ReadAllText(path))!;
    }
}
