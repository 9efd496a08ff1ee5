using System.Collections.Immutable;
using NetEdit.Adapter;

namespace NetEdit.Faults;

/// <summary>Disturbs one scenario in every place there is, and tells what came of it. A part of it is every n-th place.</summary>
/// <param name="site">Where it plays.</param>
/// <param name="scenario">Name of the scenario.</param>
/// <param name="deep">Whether every fault happens in every place. If not, each place has one: errnos take turns, and a kill that finds
/// the kernel as the one before it did is left out.</param>
/// <param name="part">Number of the part, from 0.</param>
/// <param name="parts">How many there are.</param>
internal sealed class Enumeration(Site site, string scenario, bool deep, int part, int parts)
{
    /// <summary>What the kernel may answer at any time.</summary>
    public static readonly (int Number, string Name)[] Errnos =
    [
        (1, "EPERM"),
        (12, "ENOMEM"),
        (7, "E2BIG"),
        (16, "EBUSY"),
        (22, "EINVAL"),
        (28, "ENOSPC"),
    ];

    private const int CasesPerUninstall = 8;
    private const int CallsPerRetry = 5;
    private const int MostOfKind = 8;
    private const int ScenariosPerLook = 8; // for calls that only look at a kind of object

    private readonly int _turn = Scenarios.Names.IndexOf(scenario);

    private int _cases;

    // A congestion control that is let go is looked at until its sockets are gone, which is not always the same number of calls: all are
    // counted once, and more of them are disturbed as long as they are reached. Those that were not are no cases.
    private bool _reached;
    private int _missed;
    private long _broken;

    /// <summary>The errnos that a call fails with: all of them, or one, so that six calls in a row have all.</summary>
    /// <param name="call">Number of the call, from 1.</param>
    /// <param name="turn">The errno of the first call: each scenario begins with another one.</param>
    /// <param name="deep">Whether all of them are wanted.</param>
    public static (int Number, string Name)[] ErrnosOf(int call, int turn, bool deep) =>
        deep ? Errnos : [Errnos[(call + turn) % Errnos.Length]];

    /// <summary>Every call fails; while that leaves all as it was, the next failure of the same call follows at once.</summary>
    public void Errors()
    {
        using var stage = new Stage(site, scenario);
        EachCall(
            stage,
            call => ErrnosOf(call, _turn, deep),
            (call, errno) =>
                Case(stage, $"{stage.Calls.Describe(call)} fails with {errno.Name}", () => Fail(stage, call, errno))
        );
        var ofFiles = 0;
        FileSeam.Run(() => ofFiles = FileErrors(stage));
        Done(stage, (stage.Calls.Commands.Length * ErrnosOf(1, _turn, deep).Length) + ofFiles);
    }

    /// <summary>
    /// Every call on a file, a mount or a netlink socket fails. In the usual run each call that changes something fails once for each kind of object, and
    /// those that look at one take turns over the scenarios.
    /// </summary>
    /// <returns>The cases of all parts.</returns>
    private int FileErrors(Stage stage)
    {
        _ = stage.Clear(); // what is made is recorded for this thread from now on
        ImmutableArray<FileCall> calls = [];
        for (var run = 0; run < 2; run++)
        {
            // The first one on a thread makes calls that no later one makes.
            stage.Begin();
            calls = FileSeam.Count(() => site.Apply(stage.Scenario.To));
            if (stage.CheckDone() is { Length: > 0 } undone)
            {
                Tell($"undisturbed: {undone}");
            }

            stage.End();
        }

        // The kernel's BTF alone is read in thousands of calls.
        var counts = calls.CountBy(call => (call.Name, call.Kind)).ToDictionary();
        var cases = deep
            ? calls.Where(Chosen).SelectMany(call => call.Errnos.Select(errno => (Call: call, Errno: errno))).ToList()
            : [.. InTurn()];
        for (var index = part; index < cases.Count; index += parts)
        {
            var (call, errno) = cases[index];
            Case(
                stage,
                $"{call} fails with {errno.Name}",
                () =>
                    new FailedAttempt(site, stage, errno).Play(
                        action => Count(FileSeam.FailAt(call, errno.Number, action)),
                        mustRetry: deep || index % CallsPerRetry == 0
                    )
            );
            Clear(stage, index);
        }

        return cases.Count;

        bool Chosen(FileCall call) =>
            call.Number % ((counts[(call.Name, call.Kind)] + MostOfKind - 1) / MostOfKind) == 0;

        IEnumerable<(FileCall Call, (int Number, string Name) Errno)> InTurn()
        {
            return calls
                .GroupBy(call => (call.Name, call.Kind))
                .Index()
                .Where(kind =>
                    !kind.Item.First().OnlyReads || kind.Index % ScenariosPerLook == _turn % ScenariosPerLook
                )
                .Select(kind =>
                    (
                        kind.Item.ElementAt(_turn % kind.Item.Count()),
                        kind.Item.First().Errnos[(kind.Index + _turn) % kind.Item.First().Errnos.Length]
                    )
                );
        }
    }

    /// <summary>
    /// The process is killed before every call that may leave something, before every action and after the last; in a deep run also before
    /// the others, which find the kernel as the next one does, and after every call that may leave something.
    /// </summary>
    public void Kills()
    {
        using var stage = new Stage(site, scenario);
        for (var action = part; action <= stage.Actions; action += parts)
        {
            Case(
                stage,
                $"killed before action {action + 1} of {stage.Actions}",
                () => Kill(stage, () => Seam.InChild(() => ApplyUpTo(stage, action)))
            );
            Clear(stage, action);
        }

        EachCall(
            stage,
            KillsOf,
            (call, fault) =>
                Case(
                    stage,
                    $"{stage.Calls.Describe(call)}: {fault}",
                    () => Kill(stage, () => Seam.KillAt(call, fault, () => site.Apply(stage.Scenario.To)))
                )
        );
        Done(
            stage,
            Enumerable.Range(1, stage.Calls.Commands.Length).Sum(call => KillsOf(call).Length) + stage.Actions + 1
        );

        Fault[] KillsOf(int call) =>
            (stage.Calls.LeavesNothing(call), deep) switch
            {
                (false, true) => [Fault.KillBefore, Fault.KillAfter],
                (true, false) => [],
                _ => [Fault.KillBefore],
            };
    }

    /// <summary>Plays the faults of every call, also of those beyond the counted ones as long as they are reached.</summary>
    private void EachCall<T>(Stage stage, Func<int, T[]> faults, Action<int, T> play)
    {
        var counted = stage.Calls.Commands.Length;
        for (var call = 1 + part; call <= counted || _reached; call += parts)
        {
            _reached = false;
            foreach (var fault in faults(call))
            {
                play(call, fault);
                if (call > counted && !_reached)
                {
                    break; // there is no more
                }
            }

            Clear(stage, call);
        }
    }

    // What left the kernel as it was need not be tried again each time: a deep run does so once per call.
    private IEnumerable<string> Fail(Stage stage, int call, (int Number, string Name) errno) =>
        new FailedAttempt(site, stage, errno).Play(
            action => Count(Seam.FailAt(call, errno.Number, action).Hit),
            mustRetry: deep ? errno == Errnos[^1] : call % CallsPerRetry == 0
        );

    private IEnumerable<string> Kill(Stage stage, Func<int> child)
    {
        var ended = child();
        if (ended == Seam.Hung || ended is > Seam.Signal and not Seam.Killed)
        {
            // The fork of a managed process can hang or crash by itself, in the runtime; a defect of ours does so each time.
            stage.Clear();
            stage.Begin();
            ended = child();
        }

        Count(ended != 0);
        if (ended is not (0 or Seam.Killed))
        {
            yield return $"the child was not killed there, but ended with {ended}";
        }

        using (var adapter = site.Open(stage.Scenario.To.Objects))
        {
            if (site.Reach(adapter, stage.Scenario.To, stage.After) is { Length: > 0 } error)
            {
                yield return $"the next process failed: {error}";
            }
        }

        if (stage.CheckDone() is { Length: > 0 } undone)
        {
            yield return undone;
        }
    }

    private void ApplyUpTo(Stage stage, int actions)
    {
        using var adapter = site.Open(stage.Scenario.To.Objects);
        adapter.Execute(site.Plan(adapter, stage.Scenario.To), new KillBefore(actions));
        Seam.KillThisProcess();
    }

    private void Count(bool reached)
    {
        _reached |= reached;
        _missed += reached ? 0 : 1;
    }

    private void Case(Stage stage, string name, Func<IEnumerable<string>> run)
    {
        _cases++;
        var open = Handles.Open();
        try
        {
            stage.Begin();
            foreach (var problem in run())
            {
                Tell($"{name}: {problem}");
            }
        }
#pragma warning disable CA1031 // Whatever it is, it is what is looked for.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Tell($"{name}: {exception}");
            _ = stage.Clear();
        }

        if (Handles.Forgotten(open) is { Length: > 0 } forgotten)
        {
            Tell($"{name}: nobody closed {forgotten}");
        }

        if (stage.CheckConnections(ref _broken) is { Length: > 0 } breach)
        {
            Tell($"{name}: {breach}");
        }

        stage.End();
    }

    /// <summary>What is there was compared with a state from which uninstalling leaves nothing, so not every case has to show it again.</summary>
    private void Clear(Stage stage, int place)
    {
        if (place / parts % CasesPerUninstall == 0 && stage.Clear() is { Length: > 0 } left)
        {
            Tell($"place {place}: {left}");
        }
    }

    private void Tell(string problem) => Console.WriteLine($"problem {scenario}: {problem}");

    private void Done(Stage stage, int places)
    {
        Console.WriteLine($"done {places} {_cases - _missed} {stage.Connections}");
    }

    /// <summary>Kills this process when it comes to an action.</summary>
    private sealed class KillBefore(int actions) : IProgress<string>
    {
        private int _reported;

        public void Report(string value)
        {
            if (_reported++ == actions)
            {
                Seam.KillThisProcess();
            }
        }
    }
}
