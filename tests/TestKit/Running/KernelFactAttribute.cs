using System.Runtime.CompilerServices;
using Xunit;

namespace NetEdit.TestKit;

/// <summary>A test that changes the kernel: needs root and cgroup v2. Skipped where it cannot run, except as root under CI=true, where it fails.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KernelFactAttribute : FactAttribute
{
    public KernelFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = KernelRequirement.MissingReason;
}

/// <summary>The same with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KernelTheoryAttribute : TheoryAttribute
{
    public KernelTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = KernelRequirement.MissingReason;
}
