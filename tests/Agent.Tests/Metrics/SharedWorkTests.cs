using NetEdit.Agent.Metrics;

namespace NetEdit.Agent.Tests.Metrics;

public sealed class SharedWorkTests
{
    private readonly SharedWork<int, int> _shared = new();

    [Fact]
    public async Task Fifty_scrapes_at_once_are_two_one_after_the_other()
    {
        var (done, running) = (0, 0);
        var begun = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        async Task<int> WorkAsync()
        {
            Interlocked.Increment(ref running).ShouldBe(1, "one at a time");
            begun.TrySetResult();
            await go.Task;
            Interlocked.Decrement(ref running);
            return ++done;
        }

        var first = _shared.DoAsync(0, WorkAsync, CancellationToken.None);
        await begun.Task;
        var others = Enumerable
            .Range(0, 49)
            .Select(_ => _shared.DoAsync(0, WorkAsync, CancellationToken.None))
            .ToList();
        go.SetResult();

        (await first).ShouldBe(1);
        (await Task.WhenAll(others)).ShouldAllBe(result => result == 2);
    }

    [Fact]
    public async Task Who_gives_up_takes_it_from_nobody_and_a_failure_ends_with_who_asked()
    {
        using var cancel = new CancellationTokenSource();
        var go = new TaskCompletionSource<int>();
        var impatient = _shared.DoAsync(0, () => go.Task, cancel.Token);
        var patient = _shared.DoAsync(0, () => go.Task, CancellationToken.None);
        await cancel.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(impatient);
        go.SetResult(7);
        (await patient).ShouldBe(7);

        await Should.ThrowAsync<IOException>(
            _shared.DoAsync(0, () => throw new IOException("a plugin's fault"), CancellationToken.None)
        );
        (await _shared.DoAsync(1, () => Task.FromResult(8), CancellationToken.None)).ShouldBe(8);
    }
}
