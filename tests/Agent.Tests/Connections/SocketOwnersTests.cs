using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;
using NetEdit.Agent.Connections;

namespace NetEdit.Agent.Tests.Connections;

public sealed class SocketOwnersTests
{
    [Fact]
    public void This_process_is_found_by_its_socket()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();
        var owners = new SocketOwners();
        var inode = ulong.Parse(
            new FileInfo($"/proc/self/fd/{socket.Server.Handle}").LinkTarget!["socket:[".Length..^1]
        );

        owners.InodesOf(Environment.ProcessId).ShouldNotBeNull().ShouldContain(inode);
        owners.Find(new[] { inode }.ToFrozenSet())[inode].ShouldHaveSingleItem().Pid.ShouldBe(Environment.ProcessId);
        owners.InodesOf(int.MaxValue).ShouldBeNull();
    }

    [Theory]
    [InlineData("12:cpu:/x\n0::/web.slice/a:b\n", "/web.slice/a:b")]
    [InlineData("12:cpu:/x\n", null)]
    [InlineData("", null)]
    public void The_cgroup_is_that_of_the_unified_hierarchy(string lines, string? cgroup) =>
        SocketOwners.Cgroup(lines).ShouldBe(cgroup);
}
