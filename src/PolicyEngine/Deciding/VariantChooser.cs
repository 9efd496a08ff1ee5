using System.Collections.Immutable;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Model;

namespace NetEdit.PolicyEngine;

/// <summary>Chooses the variant of each feature for a host.</summary>
internal sealed class VariantChooser(
    HostFacts host,
    CapabilityReport capabilities,
    IFeatureCatalog catalog,
    IReadOnlyCollection<Rejection> rejections
)
{
    private readonly Dictionary<string, VariantChoice> _choices = new(StringComparer.Ordinal);

    /// <summary>Why the host has no cgroup v2, or it is not known; null when it has.</summary>
    public Reason? WithoutCgroup2 => Lack(CapabilityNames.Cgroup2)?.Reason("");

    /// <summary>The choice for a feature.</summary>
    public VariantChoice Choose(string name)
    {
        if (!_choices.TryGetValue(name, out var choice))
        {
            choice = catalog.Find(name) is { } feature
                ? WithoutOrder(WithoutLiveStage(Choose(feature))) with
                {
                    ReachesListeners = ReachesListeners,
                }
                : NotInstalled(name);
            _choices.Add(name, choice);
        }

        return choice;
    }

    // Programs can read an option, to take back what is set, since the version in which they can set this one (6.1).
    private bool ReachesListeners =>
        Lack(CapabilityNames.IterTcpSetsockopt) is null && Lack(CapabilityNames.TransmitRehash) is null;

    private VariantChoice NotInstalled(string name) =>
        new(
            null,
            null,
            PolicyState.Unsupported,
            [new Reason(ReasonCodes.FeatureNotInstalled, UnknownFeature.Text(name, catalog))]
        );

    private VariantChoice Choose(ITuningFeature feature)
    {
        var obstacles = new List<Reason>();
        string? Unknown() => obstacles.FirstOrDefault(reason => reason.Code == ReasonCodes.CapabilityUnknown)?.Text;
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
                var lesser = new Reason(
                    ReasonCodes.LesserVariant,
                    $"uses variant '{variant.Name}' instead of '{feature.Variants[0].Name}'"
                );
                return new VariantChoice(feature, variant, PolicyState.Degraded, [lesser, .. obstacles])
                {
                    Unknown = Unknown(),
                };
            }
        }

        // A rejection outweighs a missing capability: without it the variant would run. So may one whose capabilities are not known.
        ImmutableArray<Reason> ordered =
        [
            .. obstacles.OrderBy(reason =>
                reason.Code switch
                {
                    ReasonCodes.KernelRefused => 0,
                    ReasonCodes.Quarantined => 1,
                    ReasonCodes.CapabilityUnknown => 2,
                    _ => 3,
                }
            ),
        ];
        var state = ordered is [var first, ..]
            ? first.Code switch
            {
                ReasonCodes.KernelRefused => PolicyState.Failed,
                ReasonCodes.Quarantined => PolicyState.Quarantined,
                _ => PolicyState.Unsupported,
            }
            : PolicyState.Unsupported;
        return new VariantChoice(feature, null, state, ordered) { Unknown = Unknown() };
    }

    // A host that cannot change open connections tunes new ones all the same.
    private VariantChoice WithoutLiveStage(VariantChoice choice)
    {
        if (choice is not { Feature: { } feature, Variant: { Stage: { Live: { } live } stage } variant })
        {
            return choice;
        }

        var lack = Lack(CapabilityNames.IterTcpSetsockopt);
        var obstacle =
            lack?.Text
            ?? rejections
                .FirstOrDefault(rejection =>
                    rejection.Feature == feature.Name
                    && rejection.Variant == variant.Name
                    && rejection.Digest == live.Digest
                )
                ?.Reason;
        return obstacle is null
            ? choice
            : choice with
            {
                Variant = variant with
                {
                    Programs =
                    [
                        .. variant.Programs.Select(program =>
                            ReferenceEquals(program, stage) ? stage with { Live = null } : program
                        ),
                    ],
                },
                State = PolicyState.Degraded,
                Reasons =
                [
                    .. choice.Reasons,
                    new Reason(
                        ReasonCodes.LiveSocketsUntouched,
                        $"connections that are open already stay as they are: {obstacle}"
                    ),
                ],
                Unknown = choice.Unknown ?? (lack is { Known: false } ? obstacle : null),
                UnknownForOpenConnectionsOnly = choice.Unknown is null,
            };
    }

    // A host that keeps no order among programs runs ours where it will.
    private VariantChoice WithoutOrder(VariantChoice choice)
    {
        var lack = choice
            .Variant?.Attached.Where(program => program.Place == HookPlace.First)
            .Select(program => program.Hook.Order is { } order ? Lack(order)?.Text : null)
            .FirstOrDefault(lack => lack is not null);
        return lack is null
            ? choice
            : choice with
            {
                State = PolicyState.Degraded,
                Reasons =
                [
                    .. choice.Reasons,
                    new Reason(
                        ReasonCodes.OrderUnsupported,
                        $"programs of others may run before it: to be first it {lack}"
                    ),
                ],
            };
    }

    private Reason? Obstacle(ITuningFeature feature, FeatureVariant variant)
    {
        var lacks = variant.AllRequirements.Select(Lack).OfType<Lacking>().ToList();
        var missing = lacks.Where(lack => lack.Known).ToList();
        if (missing.Count > 0)
        {
            return Together(missing);
        }

        foreach (var rejection in rejections)
        {
            if (
                string.Equals(rejection.Feature, feature.Name, StringComparison.Ordinal)
                && string.Equals(rejection.Variant, variant.Name, StringComparison.Ordinal)
                && variant
                    .Programs.Select(program => program.Object.Digest)
                    .DefaultIfEmpty("")
                    .Contains(rejection.Digest, StringComparer.Ordinal)
            )
            {
                return rejection.Remembered
                    ? new Reason(
                        ReasonCodes.Quarantined,
                        $"variant '{variant.Name}' is not tried again until it or the kernel changes, or by: "
                            + $"netedit retry {feature.Name}; {rejection.Reason}"
                    )
                    : new Reason(
                        ReasonCodes.KernelRefused,
                        $"variant '{variant.Name}' was refused before: {rejection.Reason}"
                    );
            }
        }

        return lacks.Count > 0 ? Together(lacks) : null;

        Reason Together(List<Lacking> some) =>
            (some[0] with { Text = string.Join("; and ", some.Select(lack => lack.Text)) }).Reason(
                $"variant '{variant.Name}' "
            );
    }

    private Lacking? Lack(string name)
    {
        if (capabilities.Find(name) is not { } capability)
        {
            return new Lacking($"needs {name}, which was not probed", Known: true);
        }

        if (!capability.Known)
        {
            return new Lacking(
                $"needs {name}: it is not known now whether this host has it: {capability.Reason}",
                Known: false
            );
        }

        if (!capability.Available)
        {
            return new Lacking($"needs {name}: {capability.Reason}", Known: true);
        }

        return name == CapabilityNames.Cgroup2 && !host.Cgroups.ContainsKey("/")
            ? new Lacking($"needs {name}: the root of its hierarchy was not found", Known: false)
            : null;
    }

    // A capability that the host does not have, or of which that is not known.
    private sealed record Lacking(string Text, bool Known)
    {
        public Reason Reason(string subject) =>
            new(Known ? ReasonCodes.CapabilityMissing : ReasonCodes.CapabilityUnknown, subject + Text);
    }
}
