using NetEdit.Lab;
using NetEdit.Model;

namespace NetEdit.Adapter.Tests;

/// <summary>What is opened as root in cgroups that users made.</summary>
[Collection<KernelCollection>]
public sealed class CgroupMembershipTests
{
    [Theory]
    [InlineData("/link")]
    [InlineData("/away")]
    public void A_link_named_cgroup_procs_is_not_followed(string cgroup)
    {
        var root = Directory.CreateTempSubdirectory("netedit-c-").FullName;
        try
        {
            var precious = Path.Combine(root, "precious");
            File.WriteAllText(precious, "precious");
            Directory.CreateDirectory(root + "/link");
            File.CreateSymbolicLink(root + "/link/cgroup.procs", precious);
            Directory.CreateSymbolicLink(root + "/away", root + "/link");

            Should
                .Throw<BpfException>(() => CgroupMembership.Join(root, CgroupPath.Find(cgroup)!.Value))
                .Message.ShouldContain("not on a cgroup v2 file system");

            File.ReadAllText(precious).ShouldBe("precious");
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [KernelFact]
    public void Only_a_cgroup_is_joined()
    {
        using var cgroup = LabCgroup.Create();
        var mount = cgroup.FullPath[..^cgroup.Path.Length];

        Should
            .Throw<BpfException>(() => CgroupMembership.Join(mount, CgroupPath.Find(cgroup.Path + "/none")!.Value))
            .Errno.ShouldBe(2);
        Should
            .Throw<BpfException>(() =>
                CgroupMembership.Join(mount, CgroupPath.Find(cgroup.Path + "/cgroup.procs")!.Value)
            )
            .Errno.ShouldBe(20);
    }
}
