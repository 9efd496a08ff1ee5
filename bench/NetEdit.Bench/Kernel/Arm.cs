using System.Net.Sockets;
using NetEdit.Adapter.Interop;

namespace NetEdit.Bench.Kernel;

/// <summary>One of the things compared: programs that are attached while it is measured.</summary>
internal sealed class Arm(BenchHost host, KernelHandle cgroup, params IReadOnlyList<SockopsProgram> programs)
{
    /// <summary>Program runs per connection of the last measurement.</summary>
    internal double RunsPerConnection { get; private set; }

    /// <summary>Nanoseconds in the programs per connection, by the kernel's run-time statistics.</summary>
    internal double ProgramNanoseconds(int connections, Ends[]? ends = null)
    {
        var links = Attach();
        var before = Total();
        host.Connect(connections, ends);
        var after = Total();
        links.ForEach(link => link.Dispose());
        RunsPerConnection = (double)(after.Runs - before.Runs) / connections;
        return (double)(after.Nanoseconds - before.Nanoseconds) / connections;
    }

    /// <summary>Cost of whole connections.</summary>
    internal Cost Connect(int connections, Ends[]? ends = null, TunedEnds tuned = TunedEnds.Both)
    {
        var links = Attach();
        var cost = host.Connect(connections, ends, tuned);
        links.ForEach(link => link.Dispose());
        return cost;
    }

    /// <summary>Looks at both ends of a connection.</summary>
    internal T Look<T>(Func<Socket, Socket, T> look, TunedEnds tuned)
    {
        var links = Attach();
        var seen = host.Look(look, tuned);
        links.ForEach(link => link.Dispose());
        return seen;
    }

    private List<KernelHandle> Attach() => [.. programs.Select(program => program.Attach(cgroup))];

    private RunStatistics Total() =>
        programs
            .Select(program => program.Statistics)
            .Aggregate((sum, next) => new RunStatistics(sum.Runs + next.Runs, sum.Nanoseconds + next.Nanoseconds));
}
