using System.Collections.Immutable;
using NetEdit.Agent.Host;
using NetEdit.Model;

namespace NetEdit.Agent.Containers;

/// <summary>
/// What the runtimes of this host report about their containers. They are asked only while a policy needs it. All but
/// <see cref="Problem"/> may be used by one thread at a time.
/// </summary>
/// <param name="runtimes">The runtimes.</param>
/// <param name="time">The clock.</param>
/// <param name="isPatient">Whether the first answer waits until the runtimes have answered, as a verb does.</param>
internal sealed class ContainerNames(ImmutableArray<RuntimeAddress> runtimes, TimeProvider time, bool isPatient)
    : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private volatile RuntimeWatch[]? _watches;
    private volatile ImmutableHashSet<string> _unnamed = [];

    /// <summary>Called from any thread when something is known that was not, or no longer.</summary>
    public Action Changed { get; set; } = () => { };

    /// <summary>Why containers have no names, and what to do; null when they have, or no policy needs them.</summary>
    public string? Problem
    {
        get
        {
            if (_watches is not { } watches)
            {
                return null;
            }

            var problems = watches.Select(watch => watch.Problem).OfType<string>().Concat(Missing(watches)).ToList();
            return problems.Count > 0 ? string.Join("; ", problems)
                : watches.Any(watch => watch.Answers || !watch.Settled.IsCompleted) ? null
                : "policies select containers by what only a runtime knows, such as names and images, and none "
                    + $"answers on {string.Join(", ", runtimes.Select(runtime => runtime.Socket))}. Type on the host, "
                    + $"for example: {runtimes[0].Remedy}";
        }
    }

    /// <summary>Gives what is reported; nothing while no policy needs it.</summary>
    public ContainerSources For(PolicySet policies)
    {
        if (!policies.Policies.Any(policy => policy.Container is { NeedsNames: true }))
        {
            Dispose();
            return ContainerSources.None with { AllAnswer = true };
        }

        var isFirst = _watches is null;
        RuntimeWatch[] watches =
            _watches ?? [.. runtimes.Select(runtime => new RuntimeWatch(runtime, () => Changed(), time))];
        _watches = watches;
        foreach (var watch in watches)
        {
            watch.Ensure();
        }

        if (isFirst && isPatient)
        {
            Task.WaitAll([.. watches.Select(watch => watch.Settled)], Patience);
        }

        // First whether they have told of all, then what: what they tell in between is no harm.
        var answering = watches
            .Where(watch => watch.HasTold)
            .Select(watch => watch.Address.Runtime)
            .ToImmutableHashSet();
        return ContainerSources.None with
        {
            Answering = answering,
            AllAnswer = watches.All(watch => watch.HasTold || watch.IsAbsent),
            Reported = watches.Aggregate(
                ImmutableDictionary.Create<string, ReportedContainer>(StringComparer.Ordinal),
                (all, watch) => all.Count == 0 ? watch.Containers : all.SetItems(watch.Containers)
            ),
        };
    }

    /// <summary>Has the runtimes asked at once when there are containers that none has named.</summary>
    /// <param name="unnamed">Cgroups of all such containers. They are asked for once.</param>
    public void LookFor(IEnumerable<string> unnamed)
    {
        var before = _unnamed;
        _unnamed = [.. unnamed];
        if (_watches is { } watches && !_unnamed.IsSubsetOf(before))
        {
            foreach (var watch in watches)
            {
                watch.Look();
            }
        }
    }

    /* Podman's containers run without a service of Podman. */
    private IEnumerable<string> Missing(RuntimeWatch[] watches) =>
        from unnamed in _unnamed
            .Select(path => ContainerPath.Labels(path)?.GetValueOrDefault(ContainerLabels.Runtime))
            .OfType<string>()
            .Distinct(StringComparer.Ordinal)
        where watches.Where(watch => watch.Address.Runtime == unnamed).All(watch => watch.IsAbsent)
        let address = runtimes.FirstOrDefault(runtime => runtime.Runtime == unnamed)
        where address is not null
        select $"there are containers of {unnamed}, but it cannot be asked about their names: {address.Socket} does "
            + $"not exist. Type on the host: {address.Remedy}";

    /// <summary>Asks the runtimes no more, until a policy needs it again.</summary>
    public void Dispose()
    {
        var watches = _watches;
        (_watches, _unnamed) = (null, []);
        foreach (var watch in watches ?? [])
        {
            watch.Dispose();
        }
    }
}
