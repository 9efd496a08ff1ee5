namespace NetEdit.Agent.Native;

/// <summary>What an entry of a directory is.</summary>
internal enum FileKind
{
    Regular,
    Directory,
    Other,
}
