using NetEdit.Adapter;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.Faults;

/// <summary>Has every call of the capability probes fail.</summary>
internal static class Probes
{
    /// <summary>Plays all cases, and tells what came of them.</summary>
    /// <param name="ledger">Name of its ledger.</param>
    /// <param name="deep">Whether each fails with every errno; if not, the errnos take turns.</param>
    public static void Run(string ledger, bool deep)
    {
        // Once for libbpf, which asks the kernel for its features at the first load of a process.
        _ = Probe(ledger, 0, 0, out _, out _);
        var whole = Probe(ledger, 0, 0, out var calls, out _);
        var cases = 0;
        for (var call = 1; call <= calls.Commands.Length; call++)
        {
            foreach (var (number, name) in Enumeration.ErrnosOf(call, 0, deep))
            {
                cases++;
                var open = Handles.Open();
                try
                {
                    var report = Probe(ledger, call, number, out _, out var again);
                    // What is either of two follows them.
                    var changed = report
                        .Capabilities.Except(whole.Capabilities)
                        .Where(capability =>
                            capability.Name
                                is not (
                                    CapabilityNames.TrafficControl
                                    or CapabilityNames.Tracepoint
                                    or CapabilityNames.KernelFunction
                                )
                        )
                        .ToList();
                    if (name is "ENOMEM" or "EBUSY" && !again.Capabilities.SequenceEqual(whole.Capabilities))
                    {
                        var missing = again.Capabilities.Except(whole.Capabilities).Select(found => found.Name);
                        Tell($"what was missing for a moment stays missing: {string.Join(", ", missing)}");
                    }

                    // libbpf tries again without BTF, and what the kernel then says is another errno.
                    var said = calls.Commands[call - 1] is Calls.BtfLoad or Calls.MapCreate ? "could not load" : name;
                    foreach (
                        var wrong in changed.Where(capability =>
                            capability.Available || !capability.Reason.Contains(said, StringComparison.Ordinal)
                        )
                    )
                    {
                        Tell($"{wrong.Name} is {(wrong.Available ? "there" : "missing")}, because: {wrong.Reason}");
                    }

                    // A refusal for want of a right, or a shortage, says nothing of the kernel.
                    foreach (
                        var verdict in changed.Where(capability =>
                            capability.Known && (name is "EPERM" or "ENOMEM" or "EBUSY")
                        )
                    )
                    {
                        Tell($"{verdict.Name} is said to be missing for good: {verdict.Reason}");
                    }

                    if (changed.Count > 1)
                    {
                        Tell(
                            $"one failing call takes away "
                                + $"{string.Join(", ", changed.Select(capability => capability.Name))}"
                        );
                    }

                    if (Handles.Forgotten(open) is { Length: > 0 } forgotten)
                    {
                        Tell($"nobody closed {forgotten}");
                    }
                }
#pragma warning disable CA1031 // Nothing may be thrown.
                catch (Exception exception)
#pragma warning restore CA1031
                {
                    Tell(exception.ToString());
                }

                void Tell(string problem) =>
                    Console.WriteLine($"problem probes: {calls.Describe(call)} fails with {name}: {problem}");
            }
        }

        Console.WriteLine($"done {calls.Commands.Length} {cases} 0");
    }

    private static CapabilityReport Probe(
        string ledger,
        int call,
        int errno,
        out Calls calls,
        out CapabilityReport again
    )
    {
        using var adapter = BpfAdapter.Open(new AdapterOptions { Ledger = ledger });
        CapabilityReport? report = null;
        calls = Seam.FailAt(call, errno, () => report = adapter.Capabilities);
        again = adapter.Capabilities;
        return report!;
    }
}
