using System.Diagnostics;
using NetEdit.Adapter;
using NetEdit.Model;

namespace NetEdit.Faults;

/// <summary>Plays one scenario again and again, disturbed in one place each time, while connections are opened in the web scope.</summary>
internal sealed class Stage : IDisposable
{
    private readonly Board _board = new();
    private readonly int _prober;
    private string _state = "";

    public Stage(Site site, string scenario)
    {
        Site = site;
        Scenario = site.Scenario(scenario);
        site.Reader = Scenario.To.Objects;
        _prober = Seam.Spawn(Board.Program, site.Web.FullPath, _board.Path, "5000");
        _board.WaitUntilReady();

        // Once for libbpf, which asks the kernel for its features at the first load of a process.
        site.Apply(Scenario.From);
        site.Apply(Scenario.To);
        Demand(site.Uninstall());
        if (Scenario.InterruptedAt != 0)
        {
            var calls = Seam.Count(() => site.Apply(Scenario.To));
            Demand(site.Uninstall());
            InterruptAt = calls.Commands.Length * Scenario.InterruptedAt / 100;
        }

        // Undisturbed, once: what is there before, what after, and that nothing is left in the end.
        Begin();
        Before = Settle();
        Collected = Before;
        Plan plan;
        using (var adapter = site.Open(Scenario.To.Objects))
        {
            plan = site.Plan(adapter, Scenario.To);
            adapter.Execute(plan with { Actions = [.. plan.Actions.TakeWhile(action => action is RemoveOrphan)] });
        }

        Actions = plan.Actions.Length;
        if (plan.Actions.FirstOrDefault() is RemoveOrphan)
        {
            _state = Collected = Settle();
            Begin();
        }

        Calls = Seam.Count(() => site.Apply(Scenario.To));

        // Made from nothing it is the same, and nothing of what a change replaces, which goes late on a busy host, is counted.
        Demand(Clear());
        site.Apply(Scenario.To);
        After = Settle();
        _board.Expect(Scenario.After);
        _state = After;
        End();
    }

    public Site Site { get; }

    public Scenario Scenario { get; }

    /// <summary>The calls of the undisturbed change.</summary>
    public Calls Calls { get; }

    /// <summary>The actions of its plan.</summary>
    public int Actions { get; }

    public string Before { get; private set; } = "";

    /// <summary>The state before, without what belongs to nothing: collecting that comes first in a plan and is not undone.</summary>
    public string Collected { get; }

    public string After { get; private set; } = "";

    public long Connections => _board.Held;

    private int InterruptAt { get; }

    /// <summary>Brings the state before the change about, when it is not there already, and expects what holds during the change.</summary>
    public void Begin()
    {
        if (_state.Length == 0 || _state != Before)
        {
            if (_state == After && InterruptAt == 0 && _state.Length > 0)
            {
                using var adapter = Site.Open(Scenario.From.Objects);
                Demand(Site.Reach(adapter, Scenario.From, Before) ?? "");
            }
            else
            {
                Clear();
                if (InterruptAt > 0)
                {
                    Demand(
                        Seam.KillAt(InterruptAt, Fault.KillBefore, () => Site.Apply(Scenario.To)) == Seam.Killed
                            ? ""
                            : "the apply to be interrupted was not"
                    );
                }
                else
                {
                    Site.Apply(Scenario.From);
                }
            }

            _state = Before.Length == 0 ? "" : Site.ReadUntil(Before);
            Demand(
                _state == Before
                    ? ""
                    : $"what is there before differs from the first time:\n{Difference(Before, _state)}"
            );
        }

        _board.Expect(Scenario.Before);
        _board.Expect(Scenario.Before.And(Scenario.After));
    }

    /// <summary>
    /// Whether a state is the one before without some of its orphans, or all of them: their removal is not undone, since nothing refers to
    /// them. What their pins held may be freed later than <see cref="Collected"/> was read: a busy host takes its time for that.
    /// </summary>
    public bool IsPartlyCollected(string state)
    {
        var (before, collected, now) = (Before.Split('\n'), Collected.Split('\n'), state.Split('\n'));
        var objects = before.Where(Site.IsObject).ToDictionary(Site.NameOf, Site.CountOf, StringComparer.Ordinal);
        return now.Where(Site.IsObject).All(line => Site.CountOf(line) <= objects.GetValueOrDefault(Site.NameOf(line)))
            && now.Where(line => !Site.IsObject(line)).All(before.Contains)
            && before
                .Except(now, StringComparer.Ordinal)
                .Where(line => !Site.IsObject(line))
                .All(gone => !collected.Contains(gone, StringComparer.Ordinal));
    }

    /// <summary>Reads what is there once it is one of the known states, or after a while.</summary>
    /// <param name="enough">Whether another state need not be waited for.</param>
    public string Look(Func<bool> enough)
    {
        foreach (var bound in new[] { Site.Settling, Site.ReplyTimeout })
        {
            _state = Site.ReadUntil(bound, Before, Collected, After);
            if (_state == Before || _state == Collected || _state == After || enough())
            {
                break;
            }
        }

        return _state;
    }

    /// <summary>Demands that the change is done: nothing is left to do, and all is as after the undisturbed one.</summary>
    public string CheckDone()
    {
        _state = Site.ReadUntil(After);
        using (var adapter = Site.Open(Scenario.To.Objects))
        {
            var rest = Site.Plan(adapter, Scenario.To);
            if (!rest.IsEmpty)
            {
                return $"not converged; left to do: "
                    + $"{string.Join("; ", rest.Actions.Select(action => action.Description))}";
            }
        }

        if (_state != After)
        {
            return $"converged, but differs from an undisturbed change:\n{Difference(After, _state)}";
        }

        _board.Expect(Scenario.After);
        return "";
    }

    /// <summary>What connections saw that they should not have; empty when all is well.</summary>
    public string CheckConnections(ref long seen)
    {
        var broken = _board.Broken;
        if (broken == seen)
        {
            return "";
        }

        var text =
            $"{broken - seen} connections showed less than expected: "
            + $"{string.Join("\n  ", _board.Breaches().Skip((int)Math.Min(seen, int.MaxValue)))}";
        seen = broken;
        return text;
    }

    /// <summary>On the way back to the state before, or to nothing.</summary>
    public void End() =>
        _board.Expect(
            _state == After || _state == Before ? Scenario.After.And(Scenario.Before) : ConnectionExpectation.Nothing
        );

    /// <summary>Takes everything away; what is left, or nothing.</summary>
    public string Clear()
    {
        _board.Expect(ConnectionExpectation.Nothing);
        _state = "";
        var left = Site.Uninstall();
        _state = Site.Read();
        return left;
    }

    public static string Difference(string expected, string actual)
    {
        var (left, right) = (expected.Split('\n'), actual.Split('\n'));
        return string.Join(
            '\n',
            left.Except(right).Select(line => "  - " + line).Concat(right.Except(left).Select(line => "  + " + line))
        );
    }

    public void Dispose()
    {
        _board.Stop();
        _ = Seam.Wait(_prober, 5000);
        _ = Site.Uninstall();
        _board.Dispose();
    }

    /// <summary>Reads until nothing changes any more: the kernel frees things some grace periods after their last user, which take long on a busy host.</summary>
    private string Settle()
    {
        const int GracePeriods = 8;
        var (state, since, quiet, watch) = (Site.Read(), Stopwatch.StartNew(), 0, Stopwatch.StartNew());
        while ((since.ElapsedMilliseconds < 400 || quiet < GracePeriods) && watch.ElapsedMilliseconds < 20_000)
        {
            Seam.WaitForGracePeriod();
            quiet++;
            var now = Site.Read();
            if (now != state)
            {
                (state, since, quiet) = (now, Stopwatch.StartNew(), 0);
            }
        }

        return state;
    }

    private static void Demand(string problem)
    {
        if (problem.Length > 0)
        {
            throw new InvalidOperationException(problem);
        }
    }
}
