namespace NetEdit.Kernels;

/// <summary>Whether guests run on the machine's own processors (KVM): as long as none has failed to start there.</summary>
internal static class Virtualization
{
    /// <summary>In which a kernel has started, or does not: it takes 1 to 2 s.</summary>
    public static readonly TimeSpan BootLimit = TimeSpan.FromSeconds(10);

    private const string Device = "/dev/kvm";

    private static volatile string? _rejection = File.Exists(Device) ? null : $"this machine has no {Device}";

    /// <summary>Why guests are emulated; null while they are not.</summary>
    public static string? Rejection => _rejection;

    /// <summary>Options of qemu.</summary>
    public static string[] Processors { get; } = ["-accel", "kvm", "-smp", "2", "-cpu", "host"];

    /// <summary>Has all further guests emulated.</summary>
    public static void Refuse(string why) => _rejection ??= why;
}
