namespace NetEdit.Adapter;

/// <summary>What a list of the open connections holds.</summary>
/// <param name="Remembers">Whether this kernel lets be read what is remembered of a connection (5.11); else that is null for each.</param>
/// <param name="Hidden">Processes whose network namespace this process may not see, for want of CAP_SYS_PTRACE: connections in it are not listed.</param>
public sealed record ConnectionListing(bool Remembers, int Hidden);
