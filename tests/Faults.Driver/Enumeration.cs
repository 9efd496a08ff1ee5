using System.Text.RegularExpressions;
using NetEdit.Adapter;
using NetEdit.State;

namespace NetEdit.Faults;

/// <summary>Disturbs one scenario in every place there is, and tells what came of it. A part of it is every n-th place.</summary>
/// <param name="site">Where it plays.</param>
/// <param name="scenario">Name of the scenario.</param>
/// <param name="deep">Whether every fault happens in every place. If not, each place has one: errnos take turns, and a kill that finds
/// the kernel as the one before it did is left out.</param>
/// <param name="part">Number of the part, from 0.</param>
/// <param name="parts">How many there are.</param>
internal sealed partial class Enumeration(Site site, string scenario, bool deep, int part, int parts)
{
    /// <summary>What the kernel may answer at any time.</summary>
    public static readonly (int Number, string Name)[] Errnos = [(1, "EPERM"), (12, "ENOMEM"), (7, "E2BIG"), (16, "EBUSY"), (22, "EINVAL"), (28, "ENOSPC")];

    private const int CasesPerUninstall = 8;
    private const int CallsPerRetry = 3;
    private const int MissedAtMost = 5; // one in so many

    private int _cases;

    // A congestion control that is let go is looked at until its sockets are gone, which is not always the same number of calls: all are
    // counted once, and more of them are disturbed as long as they are reached.
    private bool _reached;
    private int _missed;
    private long _broken;

    /// <summary>The errnos that a call of a scenario fails with: all of them, or one, so that six calls in a row have all.</summary>
    /// <param name="call">Number of the call, from 1.</param>
    /// <param name="scenario">Name of the scenario; the first call of each begins with another errno.</param>
    /// <param name="deep">Whether all of them are wanted.</param>
    public static (int Number, string Name)[] ErrnosOf(int call, string scenario, bool deep) =>
        deep ? Errnos : [Errnos[(call + Scenarios.Names.IndexOf(scenario)) % Errnos.Length]];

    /// <summary>Every call fails; while that leaves all as it was, the next failure of the same call follows at once.</summary>
    public void Errors()
    {
        using var stage = new Stage(site, scenario);
        EachCall(stage, call => ErrnosOf(call, scenario, deep), (call, errno) => Case(stage, $"{stage.Calls.Describe(call)} fails with {errno.Name}", () => Fail(stage, call, errno.Number, errno.Name)));
        Done(stage, stage.Calls.Commands.Length);
    }

    /// <summary>
    /// The process is killed before every call that may change something, before every action and after the last; in a deep run also before
    /// calls that only read, which find the kernel as the next one does, and after every call that may change something.
    /// </summary>
    public void Kills()
    {
        using var stage = new Stage(site, scenario);
        for (var action = part; action <= stage.Actions; action += parts)
        {
            Case(stage, $"killed before action {action + 1} of {stage.Actions}", () => Kill(stage, () => Seam.InChild(() => ApplyUpTo(stage, action))));
            Clear(stage, action);
        }

        EachCall(stage, KillsOf, (call, fault) =>
            Case(stage, $"{stage.Calls.Describe(call)}: {fault}", () => Kill(stage, () => Seam.KillAt(call, fault, () => site.Apply(stage.Scenario.To)))));
        Done(stage, Enumerable.Range(1, stage.Calls.Commands.Length).Sum(call => KillsOf(call).Length) + stage.Actions + 1);

        Fault[] KillsOf(int call) => (stage.Calls.OnlyReads(call), deep) switch
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
                    _missed--; // there is no more
                    break;
                }
            }

            Clear(stage, call);
        }
    }

    private IEnumerable<string> Fail(Stage stage, int call, int number, string name)
    {
        BpfAdapter? adapter = null;
        ExecutionResult? result = null;
        string? error = null;
        try
        {
            var calls = Seam.FailAt(call, number, () =>
            {
                try
                {
                    adapter = site.Open(stage.Scenario.To.Objects);
                    result = site.Attempt(adapter, stage.Scenario.To);
                    error = result.Error;
                }
                catch (BpfException exception)
                {
                    error = exception.Message;
                }
            });
            Count(calls.Hit);
            var inForce = false;
            var state = stage.Look(() => inForce = error is not null && IsInForce(stage));
            if (error is null && state != stage.After)
            {
                yield return $"succeeded, but is not as planned:\n{Stage.Difference(stage.After, state)}";
            }
            else if (error is not null && state != stage.Before && state != stage.Collected && state != stage.After && !inForce)
            {
                yield return $"neither as before nor as planned:\n{Stage.Difference(stage.Before, state)}\n  after: {error}";
            }

            // libbpf tries to make a map without BTF when it cannot with it, and names its first errno by number.
            if (error is not null && !((error.Contains(name, StringComparison.Ordinal) || error.Contains($"(-{number})", StringComparison.Ordinal)) && error.Contains("could not", StringComparison.Ordinal)))
            {
                yield return $"the error does not say what was tried, or not {name}: {error}";
            }

            // The kernel's pool of elements may be empty for a moment: such a write is made again (KernelMap).
            if (name == "ENOMEM" && WriteToMap().IsMatch(error ?? ""))
            {
                yield return $"a write that found no memory was not made again: {error}";
            }

            // What left the kernel as it was need not be tried again each time: a deep run does so once per call.
            if (state == stage.Before && (deep ? number != Errnos[^1].Number : call % CallsPerRetry != 0))
            {
                yield break;
            }

            adapter ??= site.Open(stage.Scenario.To.Objects);
            if (site.Reach(adapter, stage.Scenario.To, stage.After) is { Length: > 0 } again)
            {
                yield return $"the retry failed: {again}";
            }

            if (stage.CheckDone() is { Length: > 0 } undone)
            {
                yield return undone;
            }
        }
        finally
        {
            adapter?.Dispose();
        }
    }

    /// <summary>
    /// Walks over open connections and removals come last in a plan, among them that of the rules of chains that are gone: when one of them
    /// fails, the new state is in force, and the rest is still to do.
    /// </summary>
    private bool IsInForce(Stage stage)
    {
        using var adapter = site.Open(stage.Scenario.To.Objects);
        var rules = adapter.Observe().Rules;
        return site.Plan(adapter, stage.Scenario.To).Actions.All(action => (action is SwitchRules last && last.Rules.WithChainsOf(rules).Digest == rules.Digest)
            || action is TuneSockets or ReleaseSockets or DetachChain or DetachProgram or RestoreSysctl or ForgetSysctl or DeleteProfile or UnregisterAlgorithm or RemoveOrphan or RemoveFormerMaps or RemoveSharedMaps);
    }

    private IEnumerable<string> Kill(Stage stage, Func<int> child)
    {
        var ended = child();
        if (ended == Seam.Hung)
        {
            // The fork of a managed process can hang by itself; a defect of ours does so each time.
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

    [GeneratedRegex("could not (write|add) to the map", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex WriteToMap();

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
        if (_missed * MissedAtMost > _cases)
        {
            Tell($"{_missed} of {_cases} places were not reached");
        }

        Console.WriteLine($"done {places} {_cases} {stage.Connections}");
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
