using System.CommandLine;
using System.Reflection;
using NetEdit.Agent.Native;
using NetEdit.Containers;

namespace NetEdit.Agent.Cli.Verbs;

/// <summary>
/// <c>netedit watch-containers</c>, which an agent starts for each container runtime: gives up the rights of root, keeps the group of the
/// runtime's socket, and tells on its output of the runtime's containers (<see cref="ContainerMessage"/>), until its input ends.
/// </summary>
internal sealed class WatchContainersVerb : Verb
{
    public const string Word = "watch-containers";

    private readonly Argument<string> _runtime = new("RUNTIME") { Description = "The runtime" };
    private readonly Argument<string> _socket = new("SOCKET") { Description = "Its Unix socket" };

    public WatchContainersVerb(CliConsole console)
        : base(console, Word, "Tell of the containers of a runtime")
    {
        Hidden = true;
        Add(_runtime);
        Add(_socket);
    }

    protected override int Run(ParseResult arguments)
    {
        var socket = arguments.GetRequiredValue(_socket);
        if (SystemCalls.EffectiveUserId() == 0)
        {
            var group = SystemCalls.GroupOf(socket) ?? throw new CliException(ExitCode.Failed, $"{socket} is gone");

            // Nobody may be unable to read the directory of this program.
            Load(typeof(RuntimeQuestions).Assembly, []);
            UnprivilegedUser.Become(group);
        }

        using var input = new StreamReader(System.Console.OpenStandardInput());
        RuntimeQuestions
            .AskAsync(arguments.GetRequiredValue(_runtime), socket, input, Console.Out)
            .GetAwaiter()
            .GetResult();
        return ExitCode.Ok;
    }

    private static void Load(Assembly assembly, HashSet<string> loaded)
    {
        foreach (var name in assembly.GetReferencedAssemblies().Where(name => loaded.Add(name.FullName)))
        {
            Load(Assembly.Load(name), loaded);
        }
    }
}
