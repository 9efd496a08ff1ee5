namespace NetEdit.Agent.Native;

/// <summary>What a name stands for at a moment.</summary>
/// <param name="Device">The device it is on.</param>
/// <param name="Inode">Its number there.</param>
/// <param name="Owner">The user it belongs to.</param>
/// <param name="Mode">Its type and permissions.</param>
internal readonly record struct FileIdentity(ulong Device, ulong Inode, uint Owner, int Mode)
{
    /// <summary>Whether it is a socket.</summary>
    public bool IsSocket => (Mode & 0xf000) == 0xc000;

    /// <summary>Whether both are one file, whatever became of its mode and its owner.</summary>
    public bool IsSameFile(FileIdentity? other) => other is { } it && it.Inode == Inode && it.Device == Device;

    /// <summary>Who may do what with it.</summary>
    public UnixFileMode Permissions => (UnixFileMode)(Mode & 0xfff);
}
