using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Ledger;

namespace NetEdit.Adapter.Tests;

[Collection<KernelCollection>]
public sealed class MountListTests
{
    [KernelFact]
    public void Mounts_are_read_again_when_they_have_changed()
    {
        var list = new MountList("/proc/self/mountinfo");
        var target = TrustedDirectory.Create("netedit-mount-");
        try
        {
            list.Read().ShouldNotContain(mount => mount.Target == target);
            LibC.mount("none", target, "tmpfs", 0, "size=4k").ShouldBe(0);
            try
            {
                list.Read().ShouldContain(mount => mount.Target == target);
                list.Read().ShouldContain(mount => mount.Target == target);
            }
            finally
            {
                using var unmount = System.Diagnostics.Process.Start("umount", target);
                unmount.WaitForExit();
            }

            list.Read().ShouldNotContain(mount => mount.Target == target);
        }
        finally
        {
            Directory.Delete(target);
        }
    }

    /// <summary>Others may mount something meanwhile, but not between each two of a hundred looks.</summary>
    [Fact]
    public void They_are_not_read_while_nothing_changes()
    {
        var list = new MountList("/proc/self/mountinfo");

        Enumerable.Range(0, 100).ShouldContain(_ => ReferenceEquals(list.Read(), list.Read()));
    }

    [Fact]
    public void All_of_them_are_read_however_many_there_are()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllLines(
                path,
                Enumerable.Range(1, 2000).Select(id => $"{id} 1 0:26 / /mnt/{id} rw - tmpfs none rw")
            );

            new MountList(path).Read().Count.ShouldBe(2000);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
