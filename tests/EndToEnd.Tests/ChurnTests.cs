namespace NetEdit.EndToEnd.Tests;

/// <summary>A minute of what <c>bench/run.sh churn</c> does for twenty.</summary>
[Collection<KernelCollection>]
public sealed class ChurnTests
{
    [KernelFact]
    [Trait(TestDepth.Trait, TestDepth.Deep)]
    public void Under_churn_no_connection_is_untuned_and_every_rest_finds_the_kernel_as_the_first_one_did() =>
        DctcpName.Retry(() =>
        {
            var log = new List<string>();

            var result = ChurnRun.Go(
                Netedit.Program,
                TimeSpan.FromSeconds(45),
                TimeSpan.FromSeconds(15),
                Random.Shared.Next(),
                log.Add
            );

            var text = $"seed {result.Seed}\n{string.Join('\n', log)}\n{string.Join('\n', result.Lapses)}";
            ChurnVerdict.Of(result).Where(bound => !bound.Met).ShouldBeEmpty(text);
            result.Connections.ShouldBeGreaterThan(1000, text);
            (result.Killed + result.Terminated).ShouldBeGreaterThan(3, text);
            return null;
        });
}
