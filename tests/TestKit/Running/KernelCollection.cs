using Xunit;

namespace NetEdit.TestKit;

/// <summary>Tests that watch or change the whole kernel: alone on this machine. Use with <c>[Collection&lt;KernelCollection&gt;]</c>.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class KernelCollection : ICollectionFixture<KernelLock>;
