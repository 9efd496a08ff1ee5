using System.Reflection;
using System.Reflection.Emit;
using NetEdit.Features;

namespace NetEdit.Agent.Tests.Plugins;

/// <summary>A plugin made here and now, whose feature's constructor calls a method of another assembly.</summary>
internal static class PluginWithDependency
{
    public const string Feature = "dependent";

    /// <summary>Writes both; gives the path of the dependency.</summary>
    public static string Write(string directory)
    {
        var dependency = new PersistedAssemblyBuilder(new AssemblyName("Dependency"), typeof(object).Assembly);
        var helper = dependency.DefineDynamicModule("Dependency").DefineType("Helper", TypeAttributes.Public);
        var help = helper.DefineMethod("Help", MethodAttributes.Public | MethodAttributes.Static);
        help.GetILGenerator().Emit(OpCodes.Ret);
        helper.CreateType();
        dependency.Save(Path.Combine(directory, "Dependency.dll"));

        Write(directory, help);
        return Path.Combine(directory, "Dependency.dll");
    }

    /// <summary>Writes the plugin alone.</summary>
    /// <param name="directory">Where to.</param>
    /// <param name="called">A static method without parameters that its constructor calls.</param>
    public static void Write(string directory, MethodInfo called)
    {
        var plugin = new PersistedAssemblyBuilder(new AssemblyName("Dependent"), typeof(object).Assembly);
        var type = plugin.DefineDynamicModule("Dependent").DefineType("Dependent", TypeAttributes.Public);
        var code = type.DefineConstructor(MethodAttributes.Public, CallingConventions.Standard, []).GetILGenerator();
        code.Emit(OpCodes.Call, called);
        if (called.ReturnType != typeof(void))
        {
            code.Emit(OpCodes.Pop);
        }

        code.Emit(OpCodes.Ret);
        type.CreateType();
        plugin.SetCustomAttribute(
            new CustomAttributeBuilder(typeof(TuningFeatureAttribute).GetConstructors().Single(), [Feature, type])
        );
        plugin.Save(Path.Combine(directory, "Dependent.dll"));
        foreach (var file in Directory.GetFiles(directory))
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
