using Xunit;

namespace NetEdit.TestKit;

/// <summary>Tests that watch or change the whole kernel: alone on this machine. Use with <c>[Collection(KernelCollection.Name)]</c>.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class KernelCollection : ICollectionFixture<KernelLock>
{
    public const string Name = "kernel";
}
