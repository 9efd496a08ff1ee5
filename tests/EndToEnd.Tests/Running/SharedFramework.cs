using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestFramework(typeof(NetEdit.EndToEnd.Tests.SharedFramework))]
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace NetEdit.EndToEnd.Tests;

/// <summary>xunit, but for the tests that another process has claimed. Those that need the kernel for themselves come last.</summary>
public sealed class SharedFramework : XunitTestFramework
{
    /// <inheritdoc/>
    protected override ITestFrameworkExecutor CreateExecutor(Assembly assembly) =>
        new Executor(new XunitTestAssembly(assembly, configFilePath: null));

    private sealed class Executor(IXunitTestAssembly assembly) : XunitTestFrameworkExecutor(assembly)
    {
        public override async ValueTask RunTestCases(
            IReadOnlyCollection<IXunitTestCase> testCases,
            IMessageSink executionMessageSink,
            ITestFrameworkExecutionOptions executionOptions,
            CancellationToken cancellationToken
        )
        {
            _ = Share.Before;
            await using var context = new XunitTestAssemblyRunnerContext(
                TestAssembly,
                testCases,
                executionMessageSink,
                executionOptions,
                cancellationToken
            );
            await context.InitializeAsync();
            await new Runner().RunAsync(context);
        }
    }

    private sealed class Runner
        : XunitTestAssemblyRunnerBase<
            XunitTestAssemblyRunnerContext,
            IXunitTestAssembly,
            IXunitTestCollection,
            IXunitTestCase
        >
    {
        internal ValueTask<RunSummary> RunAsync(XunitTestAssemblyRunnerContext context) => Run(context);

        protected override List<(IXunitTestCollection Collection, List<IXunitTestCase> TestCases)> OrderTestCollections(
            XunitTestAssemblyRunnerContext ctxt
        ) =>
            [
                .. base.OrderTestCollections(ctxt)
                    .OrderBy(tests => NeedsKernelAlone(tests.Collection))
                    .ThenByDescending(tests => tests.TestCases.Count)
                    .ThenBy(tests => tests.Collection.TestCollectionDisplayName, StringComparer.Ordinal),
            ];

        protected override async ValueTask<RunSummary> RunTestCollection(
            XunitTestAssemblyRunnerContext ctxt,
            IXunitTestCollection testCollection,
            IReadOnlyCollection<IXunitTestCase> testCases
        )
        {
            // The collection's own fixture waits until the others are done.
            var alone = NeedsKernelAlone(testCollection);
            SideBySide.HasKernelAlone = alone;
            using var beside = alone ? null : KernelLock.SideBySide();
            return Share.TryTake(testCollection.TestCollectionDisplayName.Replace('/', '-'))
                ? await base.RunTestCollection(ctxt, testCollection, testCases)
                : new RunSummary();
        }

        private static bool NeedsKernelAlone(IXunitTestCollection collection) =>
            collection.CollectionDefinition == typeof(KernelCollection);
    }
}
