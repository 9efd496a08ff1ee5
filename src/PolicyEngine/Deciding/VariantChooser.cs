using System.Collections.Immutable;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Policies;

namespace NetEdit.PolicyEngine;

/// <summary>Chooses the variant of each feature for a host.</summary>
internal sealed class VariantChooser(HostFacts host, CapabilityReport capabilities, IFeatureCatalog catalog, IReadOnlyCollection<Refusal> refusals)
{
    private readonly Dictionary<string, VariantChoice> _choices = new(StringComparer.Ordinal);

    /// <summary>Why the host has no cgroup v2; null when it has.</summary>
    public Reason? WithoutCgroup2 => Lack(CapabilityNames.Cgroup2) is { } lack ? new Reason(ReasonCodes.CapabilityMissing, lack) : null;

    /// <summary>The choice for a feature.</summary>
    public VariantChoice Choose(string name)
    {
        if (!_choices.TryGetValue(name, out var choice))
        {
            choice = catalog.Find(name) is { } feature ? WithoutOrder(WithoutLiveStage(Choose(feature))) : NotInstalled(name);
            _choices.Add(name, choice);
        }

        return choice;
    }

    private VariantChoice NotInstalled(string name) => new(
        null,
        null,
        PolicyState.Unsupported,
        [new Reason(ReasonCodes.FeatureNotInstalled, $"no feature '{name}' is installed{Suggestion.For(name, catalog.Names)}")]);

    private VariantChoice Choose(ITuningFeature feature)
    {
        var obstacles = new List<Reason>();
        foreach (var variant in feature.Variants)
        {
            if (Obstacle(feature, variant) is { } obstacle)
            {
                obstacles.Add(obstacle);
            }
            else if (obstacles.Count == 0)
            {
                return new VariantChoice(feature, variant, PolicyState.Active, []);
            }
            else
            {
                var lesser = new Reason(ReasonCodes.LesserVariant, $"uses variant '{variant.Name}' instead of '{feature.Variants[0].Name}'");
                return new VariantChoice(feature, variant, PolicyState.Degraded, [lesser, .. obstacles]);
            }
        }

        // A refusal outweighs a missing capability: without it the variant would run.
        ImmutableArray<Reason> ordered = [.. obstacles.OrderBy(reason => reason.Code switch { ReasonCodes.KernelRefused => 0, ReasonCodes.Quarantined => 1, _ => 2 })];
        var state = ordered is [var first, ..]
            ? first.Code switch { ReasonCodes.KernelRefused => PolicyState.Failed, ReasonCodes.Quarantined => PolicyState.Quarantined, _ => PolicyState.Unsupported }
            : PolicyState.Unsupported;
        return new VariantChoice(feature, null, state, ordered);
    }

    // A host that cannot change open connections tunes new ones all the same.
    private VariantChoice WithoutLiveStage(VariantChoice choice)
    {
        if (choice is not { Feature: { } feature, Variant: { Stage: { Live: { } live } stage } variant })
        {
            return choice;
        }

        var obstacle = Lack(CapabilityNames.IterTcpSetsockopt)
            ?? refusals.FirstOrDefault(refusal => refusal.Feature == feature.Name && refusal.Variant == variant.Name && refusal.Digest == live.Digest)?.Reason;
        return obstacle is null ? choice : choice with
        {
            Variant = variant with { Programs = [.. variant.Programs.Select(program => ReferenceEquals(program, stage) ? stage with { Live = null } : program)] },
            State = PolicyState.Degraded,
            Reasons = [.. choice.Reasons, new Reason(ReasonCodes.LiveSocketsUntouched, $"connections that are open already stay as they are: {obstacle}")],
        };
    }

    // A host that keeps no order among programs runs ours where it will.
    private VariantChoice WithoutOrder(VariantChoice choice)
    {
        var lack = choice.Variant?.Attached.Where(program => program.Place == HookPlace.First)
            .Select(program => program.Hook.Order is { } order ? Lack(order) : null)
            .FirstOrDefault(lack => lack is not null);
        return lack is null ? choice : choice with
        {
            State = PolicyState.Degraded,
            Reasons = [.. choice.Reasons, new Reason(ReasonCodes.OrderNotKept, $"programs of others may run before it: to be first it {lack}")],
        };
    }

    private Reason? Obstacle(ITuningFeature feature, FeatureVariant variant)
    {
        var lacks = variant.AllRequirements.Select(Lack).OfType<string>().ToList();
        if (lacks.Count > 0)
        {
            return new Reason(ReasonCodes.CapabilityMissing, $"variant '{variant.Name}' {string.Join("; and ", lacks)}");
        }

        foreach (var refusal in refusals)
        {
            if (string.Equals(refusal.Feature, feature.Name, StringComparison.Ordinal)
                && string.Equals(refusal.Variant, variant.Name, StringComparison.Ordinal)
                && variant.Programs.Select(program => program.Object.Digest).DefaultIfEmpty("").Contains(refusal.Digest, StringComparer.Ordinal))
            {
                return refusal.Remembered
                    ? new Reason(ReasonCodes.Quarantined, $"variant '{variant.Name}' is not tried again until it or the kernel changes, or by: netedit retry {feature.Name}; {refusal.Reason}")
                    : new Reason(ReasonCodes.KernelRefused, $"variant '{variant.Name}' was refused before: {refusal.Reason}");
            }
        }

        return null;
    }

    private string? Lack(string name)
    {
        if (capabilities.Find(name) is not { } capability)
        {
            return $"needs {name}, which was not probed";
        }

        if (!capability.Available)
        {
            return $"needs {name}: {capability.Reason}";
        }

        return name == CapabilityNames.Cgroup2 && !host.Cgroups.ContainsKey("/") ? $"needs {name}: the root of its hierarchy was not found" : null;
    }
}
