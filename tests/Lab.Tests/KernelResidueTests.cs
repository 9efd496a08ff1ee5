using System.Runtime.InteropServices;
using NetEdit.Lab.Interop;

namespace NetEdit.Lab.Tests;

[Collection<KernelCollection>]
public sealed class KernelResidueTests
{
    [KernelFact]
    public void Shows_what_is_there_and_nothing_after_dispose()
    {
        var before = KernelResidue.Take();
        using (var network = LabNetwork.Create())
        using (var cgroup = LabCgroup.Create())
        {
            KernelResidue
                .Diff(before, KernelResidue.Take())
                .ShouldBe([
                    $"namespace {network.Client.Name}",
                    $"namespace {network.Server.Name}",
                    $"cgroup {cgroup.Path}",
                ]);
            KernelResidue.WaitUntilNothingMoreThan(before, TimeSpan.FromMilliseconds(20)).Length.ShouldBe(3);
        }

        KernelResidue.WaitUntilNothingMoreThan(before).ShouldBeEmpty();
        Directory.GetDirectories("/sys/class/net", "ne-*").ShouldBeEmpty();
    }

    [KernelFact]
    public void Nothing_stays_when_a_test_fails_in_the_middle()
    {
        var before = KernelResidue.Take();
        Should.Throw<InvalidDataException>(() =>
        {
            using var cgroup = LabCgroup.Create();
            using var network = LabNetwork.Create();
            using var capture = PacketCapture.Start(network.Client, 80);
            using var pair = TcpPair.Open(network, new TcpPairOptions { ClientCgroup = cgroup });
            using var membership = cgroup.Enter();
            throw new InvalidDataException();
        });
        KernelResidue.WaitUntilNothingMoreThan(before).ShouldBeEmpty();
    }

    [KernelFact]
    public void The_guard_names_what_stays()
    {
        var guard = new ResidueGuard(TimeSpan.FromMilliseconds(50));
        using (var cgroup = LabCgroup.Create())
        {
            Should.Throw<LabException>(guard.Dispose).Message.ShouldContain($"cgroup {cgroup.Path}");
        }

        guard.Dispose();
    }

    [KernelFact]
    public void Sees_maps_by_name_and_waits_until_they_are_freed()
    {
        var before = KernelResidue.Take();
        var map = CreateMap("lab_map");
        try
        {
            KernelResidue
                .Diff(before, KernelResidue.Take())
                .ShouldHaveSingleItem()
                .ShouldMatch(@"^map \d+ lab_map \(array\)$");
        }
        finally
        {
            _ = LabSystemCalls.Close(map);
        }

        KernelResidue.WaitUntilNothingMoreThan(before).ShouldBeEmpty();
    }

    [KernelFact]
    public void What_others_make_meanwhile_is_not_taken_for_ones_own()
    {
        using var others = LabCgroup.Create();
        var pins = $"/sys/fs/bpf/ne-own-{Environment.ProcessId}";
        Directory.CreateDirectory(pins);
        var (mine, foreign) = (CreateMap("lab_mine"), CreateMap("lab_foreign"));
        KernelSnapshot own;
        try
        {
            using var network = LabNetwork.Create();
            using var cgroup = LabCgroup.Create();
            Pin(mine, pins + "/map");
            own = OwnObjects.Take(pins, cgroup, [network.Client.Name, network.Server.Name]);
            own.Items.Select(item => item.Kind)
                .Order()
                .ShouldBe([
                    KernelItemKind.Map,
                    KernelItemKind.Pin,
                    KernelItemKind.Pin,
                    KernelItemKind.Namespace,
                    KernelItemKind.Namespace,
                    KernelItemKind.Cgroup,
                ]);
            own.Items[0].Description.ShouldStartWith("lab_mine");
            OwnObjects.WaitUntilGone(own, TimeSpan.Zero).Length.ShouldBe(6);
        }
        finally
        {
            Directory.Delete(pins, recursive: true);
            _ = LabSystemCalls.Close(mine);
        }

        OwnObjects.WaitUntilGone(own).ShouldBeEmpty("the map and the cgroup of others are there, and not of this");
        _ = LabSystemCalls.Close(foreign);
    }

    private static unsafe void Pin(int map, string path)
    {
        const int pin = 6; // BPF_OBJ_PIN
        var attribute = stackalloc ulong[2];
        fixed (byte* name = System.Text.Encoding.UTF8.GetBytes(path + '\0'))
        {
            attribute[0] = (ulong)name;
            attribute[1] = (uint)map;
            LabSystemCalls
                .SystemCall(
                    RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 280 : 321,
                    pin,
                    attribute,
                    16
                )
                .ShouldBe(0);
        }
    }

    private static unsafe int CreateMap(string name)
    {
        // BPF_MAP_CREATE: type array, key and value of 4 bytes, one entry, name at 28.
        Span<byte> attribute = stackalloc byte[48];
        attribute.Clear();
        MemoryMarshal.Cast<byte, uint>(attribute)[0] = 2;
        MemoryMarshal.Cast<byte, uint>(attribute)[1] = 4;
        MemoryMarshal.Cast<byte, uint>(attribute)[2] = 4;
        MemoryMarshal.Cast<byte, uint>(attribute)[3] = 1;
        System.Text.Encoding.ASCII.GetBytes(name, attribute[28..]);
        fixed (byte* pointer = attribute)
        {
            var number = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 280 : 321;
            var descriptor = (int)LabSystemCalls.SystemCall(number, 0, pointer, attribute.Length);
            descriptor.ShouldBeGreaterThan(0);
            return descriptor;
        }
    }
}
