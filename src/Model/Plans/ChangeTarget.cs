namespace NetEdit.Model;

/// <summary>Something that a plan can leave as it is while it changes the rest.</summary>
public abstract record ChangeTarget;

/// <summary>A scope, with its chain and the walks over its open connections.</summary>
/// <param name="Scope">Path of the cgroup.</param>
public sealed record ScopeTarget(string Scope) : ChangeTarget;

/// <summary>A standalone program.</summary>
/// <param name="Key">Key of the program.</param>
public sealed record AttachmentTarget(AttachmentKey Key) : ChangeTarget;

/// <summary>A sysctl.</summary>
/// <param name="Key">Key of the sysctl.</param>
public sealed record SysctlTarget(SysctlKey Key) : ChangeTarget;

/// <summary>The sysctls of one feature of one policy. They are set together or not at all.</summary>
/// <param name="Feature">Name of the feature.</param>
/// <param name="Policy">Name of the policy.</param>
public sealed record SysctlGroupTarget(string Feature, string Policy) : ChangeTarget;
