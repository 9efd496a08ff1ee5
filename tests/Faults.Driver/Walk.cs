using System.Globalization;

namespace NetEdit.Faults;

/// <summary>Changes the policies and the version at random, while connections are opened at full speed.</summary>
internal static class Walk
{
    private const int ConnectionsPerState = 20;

    public static void Run(Site site, int seed, int changes)
    {
#pragma warning disable CA5394 // The same seed must give the same walk.
        var random = new Random(seed);
        Catalog[] catalogs = [new(site.Algorithm, build: 0, live: true), new(site.Algorithm, build: 1, live: true)];
        using var board = new Board();
        var prober = Seam.Spawn(Board.Program, site.Inner.FullPath, board.Path, "0");
        board.WaitUntilReady();
        var (from, expectation) = ("nothing", ConnectionExpectation.Nothing);
        for (var change = 0; change < changes; change++)
        {
            var build = random.Next(catalogs.Length);
            var states = Scenarios.States(catalogs[build], site.Web.Path, site.Algorithm);
            var (name, wish, next) = states[random.Next(states.Length)];
            var version = random.Next(Scenarios.Versions.Length);
            site.Reader = Scenarios.Versions[version];
            board.Expect(expectation.And(next));
            site.Apply(wish with { Objects = site.Reader });
            board.Expect(next);
            board.WaitForConnections(ConnectionsPerState);
            name = string.Create(CultureInfo.InvariantCulture, $"{name} (build {build}, version {version})");
            if (board.Broken > 0)
            {
                Console.WriteLine(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"problem walk (seed {seed}): change {change}, from {from} to {name}: {board.Broken} "
                            + $"ends of connections showed less, the first:\n  {board.Breaches().First()}"
                    )
                );
                board.Forget();
            }

            (from, expectation) = (name, next);
        }

        board.Stop();
        _ = Seam.Wait(prober, 5000);
        if (site.Uninstall() is { Length: > 0 } left)
        {
            Console.WriteLine($"problem walk (seed {seed}): {left}");
        }

        Console.WriteLine($"done {changes} {changes} {board.Held}");
#pragma warning restore CA5394
    }
}
