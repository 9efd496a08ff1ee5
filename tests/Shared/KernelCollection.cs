using Xunit;

namespace NetEdit.Testing;

/// <summary>Tests that watch what the kernel holds: one at a time. Use with <c>[Collection(KernelCollection.Name)]</c>.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class KernelCollection : ICollectionFixture<KernelLock>
{
    public const string Name = "kernel";
}
