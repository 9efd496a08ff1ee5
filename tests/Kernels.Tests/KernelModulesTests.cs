using System.Text;

namespace NetEdit.Kernels.Tests;

public sealed class KernelModulesTests
{
    [Fact]
    public void What_a_module_depends_on_is_loaded_before_it_and_once()
    {
        var directory = Directory.CreateTempSubdirectory("netedit-modules-").FullName;
        try
        {
            Module("top.ko", "left,right-hand");
            Module("left.ko", "base");
            Module("right-hand.ko", "base");
            Module("base.ko", "");
            Module("other.ko", "base");

            KernelModules
                .Closure(Directory.GetFiles(directory), ["top", "not_there"])
                .Select(module => module.Name)
                .ShouldBe(["base", "left", "right_hand", "top"]);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }

        void Module(string name, string depends) =>
            File.WriteAllBytes(
                Path.Combine(directory, name),
                Encoding.ASCII.GetBytes($"ELF\0license=GPL\0depends={depends}\0name=x\0")
            );
    }
}
