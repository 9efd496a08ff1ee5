using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using NetEdit.Adapter.Connections;
using NetEdit.Adapter.Interop;
using NetEdit.Adapter.Kinds;
using NetEdit.Adapter.Ledger;
using NetEdit.Adapter.Objects;
using NetEdit.Adapter.Probing;
using NetEdit.Model;

namespace NetEdit.Adapter;

/// <summary>Where the adapter finds and keeps things.</summary>
public sealed record AdapterOptions
{
    /// <summary>Name of the ledger's directory on the BPF file system; letters, digits, <c>-</c> and <c>_</c>.</summary>
    public string Ledger { get; init; } = "netedit";

    /// <summary>File that keeps probed capabilities between runs, or null to probe each time.</summary>
    public string? CapabilityCache { get; init; }
}
