namespace NetEdit.Effects.Guest;

/// <summary>Settings of the host that this program runs on.</summary>
internal static class Kernel
{
    public static string Release => File.ReadAllText("/proc/sys/kernel/osrelease").Trim();

    public static string GetSysctl(string name) => File.ReadAllText(Place(name)).Trim();

    public static void SetSysctl(string name, string value) => File.WriteAllText(Place(name), value);

    private static string Place(string name) => "/proc/sys/" + name.Replace('.', '/');
}
