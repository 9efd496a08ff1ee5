using System.Collections.Immutable;

namespace NetEdit.Adapter.Objects;

/// <summary>What the programs of an object set, read from their instructions.</summary>
/// <param name="Options">Level and name of each option they give to <c>bpf_setsockopt</c>.</param>
/// <param name="Callbacks">Callback flags (<c>BPF_SOCK_OPS_*_CB_FLAG</c>) that a stage asks its chain for.</param>
/// <param name="SetsCallbacks">Whether they set callback flags by themselves.</param>
internal sealed record Settings(
    ImmutableSortedSet<(int Level, int Option)> Options,
    uint Callbacks,
    bool SetsCallbacks
);
