using System.Globalization;
using NetEdit.Faults;

// Prints a line per problem, and in the end "done PLACES CASES CONNECTIONS".
//   enumerate NAME CAPABILITIES-FILE: reads lines "errors|kills once|every SCENARIO PART PARTS" to the end of its input, and plays each
//   walk NAME CAPABILITIES-FILE SEED CHANGES
//   probes NAME once|every
//   mounts NAME: in a mount namespace that stands for a host without a BPF file system
//   warm NAME CAPABILITIES-FILE
try
{
    switch (args[0])
    {
        case "enumerate":
            using (var site = new Site(args[1], args[2]))
            {
                Console.WriteLine("done 0 0 0");
                while (Console.ReadLine()?.Split(' ') is [var mode, var depth, var scenario, var part, var parts])
                {
                    var enumeration = new Enumeration(
                        site,
                        scenario,
                        depth == "every",
                        int.Parse(part, CultureInfo.InvariantCulture),
                        int.Parse(parts, CultureInfo.InvariantCulture)
                    );
                    if (mode == "errors")
                    {
                        enumeration.Errors();
                    }
                    else
                    {
                        enumeration.Kills();
                    }
                }
            }

            break;
        case "walk":
            using (var site = new Site(args[1], args[2]))
            {
                Walk.Run(
                    site,
                    int.Parse(args[3], CultureInfo.InvariantCulture),
                    int.Parse(args[4], CultureInfo.InvariantCulture)
                );
            }

            break;
        case "mounts":
            // The first process of a namespace of its own, or these would be the mounts of this host.
            if (Environment.ProcessId != 1)
            {
                throw new InvalidOperationException("unshare --mount --pid --fork --kill-child --mount-proc");
            }

            Mounts.Run();
            break;
        case "probes":
            Probes.Run(args[1], deep: args[2] == "every");
            break;
        case "warm":
            new Site(args[1], args[2]).Dispose();
            Console.WriteLine("done 0 0 0");
            break;
        default:
            throw new ArgumentException($"no mode '{args[0]}'");
    }

    return 0;
}
#pragma warning disable CA1031 // Unhandled, it would end the process without taking back what it made.
catch (Exception exception)
#pragma warning restore CA1031
{
    Console.Error.WriteLine(exception);
    return 1;
}
