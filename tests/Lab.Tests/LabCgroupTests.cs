namespace NetEdit.Lab.Tests;

[Collection<KernelCollection>]
public sealed class LabCgroupTests : IDisposable
{
    private readonly ResidueGuard _guard = new();

    public void Dispose() => _guard.Dispose();

    [KernelFact]
    public void Sockets_belong_to_the_cgroup_of_their_creation()
    {
        using var cgroup = LabCgroup.Create();
        using var child = cgroup.CreateChild("service");
        child.Path.ShouldBe(cgroup.Path + "/service");
        using var network = LabNetwork.Create();
        using var pair = TcpPair.Open(network, new TcpPairOptions { ClientCgroup = child, ServerCgroup = cgroup });
        using var outside = TcpPair.Open(network);

        CgroupOf(network.Client, pair.ClientPort).ShouldBe(child.Path);
        CgroupOf(network.Server, pair.ServerPort).ShouldBe(cgroup.Path);
        CgroupOf(network.Client, outside.ClientPort).ShouldBe(Home());
    }

    [KernelFact]
    public void The_process_is_inside_only_between_enter_and_dispose()
    {
        using var cgroup = LabCgroup.Create();
        var home = Home();
        using (cgroup.Enter())
        {
            Home().ShouldBe(cgroup.Path);
        }

        Home().ShouldBe(home);
        Should.Throw<InvalidDataException>(() =>
        {
            using var membership = cgroup.Enter();
            throw new InvalidDataException();
        });
        Home().ShouldBe(home);
    }

    [KernelFact]
    public void Disposing_removes_what_is_below_and_moves_processes_up()
    {
        var home = Home();
        var cgroup = LabCgroup.Create();
        var child = cgroup.CreateChild();
        using var membership = child.Enter();
        cgroup.Dispose();
        Directory.Exists(cgroup.FullPath).ShouldBeFalse();
        Home().ShouldBe("/");
        membership.Dispose();
        Home().ShouldBe(home);
        child.Dispose();
    }

    private static string? CgroupOf(NetworkNamespace host, int localPort) =>
        SocketStatistics.Read(host, localPort).ShouldHaveSingleItem().Cgroup;

    private static string Home() =>
        File.ReadLines("/proc/self/cgroup").First(l => l.StartsWith("0::", StringComparison.Ordinal))[3..];
}
