using System.Diagnostics;
using NetEdit.Adapter.Kinds;
using NetEdit.Lab;

namespace NetEdit.Adapter.Tests;

[Collection<KernelCollection>]
public sealed class NetworkNamespacesTests
{
    [KernelFact]
    public void Those_of_processes_and_those_with_a_name_are_visited_once_and_no_thread_stays_there()
    {
        using var named = NetworkNamespace.Create();
        using var process = Process.Start(
            new ProcessStartInfo("unshare", ["--net", "cat"]) { UseShellExecute = false, RedirectStandardInput = true }
        )!;
        var own = NameOf("/proc/self/ns/net");
        SpinWait.SpinUntil(() => NameOf($"/proc/{process.Id}/ns/net") != own, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        var others = new[]
        {
            named.Run(() => NameOf("/proc/thread-self/ns/net")),
            NameOf($"/proc/{process.Id}/ns/net"),
        };
        var visited = new List<string>();

        var count = NetworkNamespaces.ForEach(() => visited.Add(NameOf("/proc/thread-self/ns/net")));

        process.StandardInput.Close();
        process.WaitForExit(10_000).ShouldBeTrue();
        count.ShouldBe((visited.Count, 0));
        visited.ShouldBeUnique();
        visited[0].ShouldBe(own);
        others.ShouldBeSubsetOf(visited);

        // The thread that visited them has ended, and is listed until the kernel has taken note of it.
        SpinWait.SpinUntil(() => Tasks().All(name => name == own), TimeSpan.FromSeconds(30)).ShouldBeTrue();
    }

    private static IEnumerable<string> Tasks() =>
        Directory.EnumerateDirectories("/proc/self/task").Select(task => NameOf(task + "/ns/net"));

    private static string NameOf(string path) => File.ResolveLinkTarget(path, returnFinalTarget: false)!.Name;
}
