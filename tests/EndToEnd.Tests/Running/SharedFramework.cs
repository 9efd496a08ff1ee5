using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

[assembly: TestFramework("NetEdit.EndToEnd.Tests.SharedFramework", "NetEdit.EndToEnd.Tests")]

namespace NetEdit.EndToEnd.Tests;

/// <summary>xunit, but for the tests that another process has claimed. Those that need the kernel for themselves come last.</summary>
public sealed class SharedFramework(IMessageSink sink) : XunitTestFramework(sink)
{
    /// <inheritdoc/>
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) =>
        new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Executor(AssemblyName assembly, ISourceInformationProvider sources, IMessageSink diagnostics)
        : XunitTestFrameworkExecutor(assembly, sources, diagnostics)
    {
        protected override async void RunTestCases(
            IEnumerable<IXunitTestCase> testCases,
            IMessageSink executionMessageSink,
            ITestFrameworkExecutionOptions executionOptions
        )
        {
            _ = Share.Before;
            using var runner = new Runner(
                TestAssembly,
                testCases,
                DiagnosticMessageSink,
                executionMessageSink,
                executionOptions
            );
            await runner.RunAsync();
        }
    }

    private sealed class Runner(
        ITestAssembly assembly,
        IEnumerable<IXunitTestCase> cases,
        IMessageSink diagnostics,
        IMessageSink sink,
        ITestFrameworkExecutionOptions options
    ) : XunitTestAssemblyRunner(assembly, cases, diagnostics, sink, options)
    {
        protected override async Task<RunSummary> RunTestCollectionsAsync(
            IMessageBus messageBus,
            CancellationTokenSource cancellationTokenSource
        )
        {
            var summary = new RunSummary();
            var collections = OrderTestCollections()
                .OrderBy(tests => NeedsKernelAlone(tests.Item1))
                .ThenByDescending(tests => tests.Item2.Count)
                .ThenBy(tests => tests.Item1.DisplayName, StringComparer.Ordinal);
            foreach (
                var (collection, cases) in collections.TakeWhile(_ => !cancellationTokenSource.IsCancellationRequested)
            )
            {
                summary.Aggregate(await RunTestCollectionAsync(messageBus, collection, cases, cancellationTokenSource));
            }

            return summary;
        }

        protected override async Task<RunSummary> RunTestCollectionAsync(
            IMessageBus messageBus,
            ITestCollection testCollection,
            IEnumerable<IXunitTestCase> testCases,
            CancellationTokenSource cancellationTokenSource
        )
        {
            // The collection's own fixture waits until the others are done.
            var alone = NeedsKernelAlone(testCollection);
            SideBySide.HasKernelAlone = alone;
            using var beside = alone ? null : KernelLock.SideBySide();
            return Share.TryTake(testCollection.DisplayName.Replace('/', '-'))
                ? await base.RunTestCollectionAsync(messageBus, testCollection, testCases, cancellationTokenSource)
                : new RunSummary();
        }

        private static bool NeedsKernelAlone(ITestCollection collection) =>
            collection.DisplayName == KernelCollection.Name;
    }
}
