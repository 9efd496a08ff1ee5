using NetEdit.Adapter;
using NetEdit.State;

namespace NetEdit.Faults;

/// <summary>Disturbs one scenario in every place there is, and tells what came of it. A worker takes every n-th place.</summary>
internal sealed class Enumeration(Site site, string scenario, int worker, int workers)
{
    /// <summary>What the kernel may answer at any time.</summary>
    public static readonly (int Number, string Name)[] Errnos = [(1, "EPERM"), (12, "ENOMEM"), (7, "E2BIG"), (16, "EBUSY"), (22, "EINVAL"), (28, "ENOSPC")];

    private const int CasesPerUninstall = 8;
    private const int MissedAtMost = 10; // one in so many

    private int _cases;

    // A congestion control that is let go is looked at until its sockets are gone, which is not always the same number of calls.
    private int _missed;
    private long _broken;

    /// <summary>Every call fails, with every errno; while that leaves all as it was, the next failure follows at once.</summary>
    public void Errors()
    {
        using var stage = new Stage(site, scenario);
        for (var call = 1 + worker; call <= stage.Calls.Commands.Length; call += workers)
        {
            foreach (var (number, name) in Errnos)
            {
                Case(stage, $"{stage.Calls.Describe(call)} fails with {name}", () => Fail(stage, call, number, name));
            }

            Clear(stage, call);
        }

        Done(stage, stage.Calls.Commands.Length);
    }

    /// <summary>The process is killed before and after every call, and before every action and after the last.</summary>
    public void Kills()
    {
        using var stage = new Stage(site, scenario);
        var (calls, actions) = (stage.Calls.Commands.Length, stage.Actions + 1);
        for (var place = worker; place < calls + actions; place += workers)
        {
            if (place < calls)
            {
                foreach (var fault in new[] { Fault.KillBefore, Fault.KillAfter })
                {
                    Case(stage, $"{stage.Calls.Describe(place + 1)}: {fault}", () => Kill(stage, () => Seam.KillAt(place + 1, fault, () => site.Apply(stage.Scenario.To))));
                }
            }
            else
            {
                Case(stage, $"killed before action {place - calls + 1} of {stage.Actions}", () => Kill(stage, () => Seam.InChild(() => ApplyUpTo(stage, place - calls))));
            }

            Clear(stage, place);
        }

        Done(stage, calls + actions);
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
            if (!calls.Hit)
            {
                _missed++;
            }

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

            if (state == stage.Before && number != Errnos[^1].Number)
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
            || action is TuneSockets or ReleaseSockets or DetachChain or DeleteProfile or UnregisterAlgorithm or RemoveOrphan or RemoveFormerMaps or RemoveSharedMaps);
    }

    private IEnumerable<string> Kill(Stage stage, Func<int> child)
    {
        var ended = child();
        if (ended == 0)
        {
            _missed++;
        }
        else if (ended != Seam.Killed)
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
        if (place / workers % CasesPerUninstall == 0 && stage.Clear() is { Length: > 0 } left)
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
