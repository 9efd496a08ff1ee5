namespace NetEdit.TestKit;

/// <summary>
/// Held while kernel tests run: alone by those that watch or change the whole kernel, side by side by those that look at their own objects.
/// It holds between all processes of this machine, so that the tests of another checkout wait and are not taken for residue.
/// </summary>
public sealed class KernelLock : IDisposable
{
    private const string Path = "/run/netedit-kernel-tests.lock";

    /// <summary>How long one waits for it: the faults of the deep suite take half an hour.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromHours(1);

    private readonly IDisposable? _turn;

    /// <summary>Waits until nobody else holds it.</summary>
    /// <exception cref="IOException">Somebody held it for an hour.</exception>
    public KernelLock()
        : this(FileTurn.Take) { }

    private KernelLock(Func<string, TimeSpan, IDisposable> take) =>
        _turn = Environment.IsPrivilegedProcess ? take(Path, Limit) : null;

    /// <summary>Waits until nobody holds it alone.</summary>
    /// <exception cref="IOException">Somebody held it for an hour.</exception>
    public static KernelLock SideBySide() => new(FileTurn.TakeShared);

    /// <summary>Lets the others go on.</summary>
    public void Dispose() => _turn?.Dispose();
}
