namespace NetEdit.Adapter.Interop;

/// <summary>Numbers of <c>linux/bpf.h</c>.</summary>
internal static class Bpf
{
    internal const int MapTypeHash = 1;
    internal const int MapTypeArray = 2;
    internal const int MapTypePerCpuHash = 5;
    internal const int MapTypeLpmTrie = 11;
    internal const int MapTypeArrayOfMaps = 12;
    internal const int MapTypeStructOps = 26;

    internal const uint NoPrealloc = 1;
    internal const uint Mmapable = 1u << 10;
    internal const uint InnerMap = 1u << 12;
    internal const uint StructOpsLink = 1u << 13;

    internal const ulong Any = 0;
    internal const ulong NoExist = 1;

    internal const int ProgramTypeSockOps = 13;

    internal const int AttachCgroupSockOps = 3;
    internal const int AttachTraceIter = 28;
    internal const int AttachXdp = 37;
    internal const int AttachPerfEvent = 41;
    internal const int AttachStructOps = 44;

    internal const uint Before = 1u << 3;
    internal const uint QueryEffective = 1;
    internal const uint AllowOverride = 1u << 0;
    internal const uint AllowMulti = 1u << 1;
    internal const int StatsRunTime = 0;

    internal const int LinkTypeCgroup = 3;
    internal const int LinkTypeIter = 4;
}
