using System.Collections.Immutable;
using System.Diagnostics;
using NetEdit.Lab;

namespace NetEdit.TestKit;

/// <summary>What came of a run.</summary>
/// <param name="Seconds">How long it churned.</param>
/// <param name="Seed">Repeats the same choices.</param>
/// <param name="Changes">Policies and cgroups that came, went or changed.</param>
/// <param name="Terminated">Agents ended by SIGTERM.</param>
/// <param name="Killed">Agents ended by kill -9.</param>
/// <param name="Connections">Connections opened.</param>
/// <param name="Untuned">Ends in scopes that are always tuned which were not.</param>
/// <param name="Lapses">The first of them.</param>
/// <param name="Samples">What there was, in the order of time.</param>
public sealed record ChurnResult(
    double Seconds,
    int Seed,
    int Changes,
    int Terminated,
    int Killed,
    long Connections,
    long Untuned,
    ImmutableArray<string> Lapses,
    ImmutableArray<ChurnSample> Samples
);

/// <summary>
/// Churn: policies and cgroups of two ledgers come, go and change, connections are opened all the time, one agent is ended and started again
/// all the time, the other lives on. Every now and then all of it comes to rest, so that what must be the same can be compared.
/// </summary>
public static class ChurnRun
{
    private static readonly TimeSpan BetweenSamples = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Freeing = TimeSpan.FromSeconds(5);

    /// <summary>Runs. Afterwards nothing is left in the kernel.</summary>
    /// <param name="program">The built netedit.dll.</param>
    /// <param name="duration">How long.</param>
    /// <param name="betweenRests">Time from one rest to the next.</param>
    /// <param name="seed">Repeats the same choices.</param>
    /// <param name="progress">Told a line now and then.</param>
    public static ChurnResult Go(
        string program,
        TimeSpan duration,
        TimeSpan betweenRests,
        int seed,
        Action<string> progress
    )
    {
        using var guard = new ResidueGuard();
        var directory = Directory.CreateDirectory($"/run/netedit-churn-{Environment.ProcessId}");
        try
        {
            return Go(new Random(seed), program, directory.FullName, duration, betweenRests, progress) with
            {
                Seed = seed,
            };
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static ChurnResult Go(
        Random random,
        string program,
        string directory,
        TimeSpan duration,
        TimeSpan betweenRests,
        Action<string> progress
    )
    {
        using var traffic = new ChurnTraffic();
        var sampler = new ChurnSampler();
        using var restarted = new ChurnTenant("restarted", program, directory, dctcp: true, random);
        using var steady = new ChurnTenant("steady", program, directory, dctcp: false, random);
        ChurnTenant[] tenants = [restarted, steady];
        foreach (var tenant in tenants)
        {
            tenant.Fill();
            traffic.Listen(tenant.Outer, $"{tenant.Name} outer", tuned: true);
            traffic.Listen(tenant.Inner, $"{tenant.Name} inner", tuned: true);
            traffic.Listen(tenant.Sibling, $"{tenant.Name} sibling", tuned: false);
        }

        using var membership = restarted.Outer.Enter();
        var samples = ImmutableArray.CreateBuilder<ChurnSample>();
        var (changes, terminated, killed) = (0, 0, 0);
        var watch = Stopwatch.StartNew();
        var (nextSample, nextRestart, nextRest) = (TimeSpan.Zero, TimeSpan.Zero, betweenRests);
        traffic.Start();
        var known = 0L;
        Rest();
        while (watch.Elapsed < duration)
        {
            tenants[random.Next(tenants.Length)].Change();
            changes++;
            Thread.Sleep(random.Next(20, 200));
            if (watch.Elapsed >= nextRestart)
            {
                var crash = random.Next(2) == 0;
                _ = crash ? killed++ : terminated++;
                restarted.Restart(crash);
                nextRestart = watch.Elapsed + TimeSpan.FromMilliseconds(random.Next(200, 4000));
            }

            if (watch.Elapsed >= nextSample)
            {
                Sample(settled: false);
                nextSample = watch.Elapsed + BetweenSamples;
            }

            if (watch.Elapsed >= nextRest)
            {
                Rest();
                nextRest = watch.Elapsed + betweenRests;
            }
        }

        Rest();
        return new ChurnResult(
            watch.Elapsed.TotalSeconds,
            0,
            changes,
            terminated,
            killed,
            traffic.Connections,
            traffic.Untuned,
            [.. traffic.Lapses],
            samples.ToImmutable()
        );

        void Sample(bool settled)
        {
            traffic.Check();
            samples.Add(sampler.Take(watch.Elapsed.TotalSeconds, settled, traffic.Connections, steady, restarted));
        }

        /* The kernel frees some time after the last user; a sample that shows no more than the first one needs no more patience. */
        void Rest()
        {
            traffic.Hold(false);
            foreach (var tenant in tenants)
            {
                tenant.Settle();
            }

            var first = samples.FirstOrDefault(sample => sample.Settled);
            var patience = Stopwatch.StartNew();
            ChurnSample now;
            do
            {
                Thread.Sleep(first is null ? Freeing : TimeSpan.FromMilliseconds(300));
                traffic.Check();
                now = sampler.Take(watch.Elapsed.TotalSeconds, settled: true, traffic.Connections, steady, restarted);
            } while (first is not null && patience.Elapsed < Freeing * 8 && !ChurnVerdict.IsNoMore(first, now));
            samples.Add(now);
            progress(
                $"{now.Seconds:0} s: {now.Connections} connections, {traffic.Untuned} untuned; {changes} "
                    + $"changes, {terminated + killed} restarts; at rest {now.Programs} programs, {now.Maps} maps, "
                    + $"{now.Links} links, {now.Pins} pins, {now.MapBytes >> 10} KiB, {now.Orphans} orphans; "
                    + $"{now.ResidentBytes >> 10} KiB resident, {now.Descriptors} descriptors"
            );
            if (traffic.Untuned > known)
            {
                known = traffic.Untuned;
                progress(
                    string.Join('\n', tenants.Select(tenant => $"the agent '{tenant.Name}':\n{tenant.Agent.Text}"))
                );
            }

            traffic.Hold(true);
        }
    }
}
