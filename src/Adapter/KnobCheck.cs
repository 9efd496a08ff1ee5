using NetEdit.Adapter.Objects;
using NetEdit.Bpf;
using NetEdit.Features;

namespace NetEdit.Adapter;

/// <summary>Compares what a feature declares with what its programs do.</summary>
public static class KnobCheck
{
    private const SockopsOperations Queries =
        SockopsOperations.TimeoutInit
        | SockopsOperations.ReceiveWindowInit
        | SockopsOperations.NeedsEcn
        | SockopsOperations.BaseRtt;

    /* BPF_SOCK_OPS_*_CB_FLAG (linux/bpf.h), and the operation each asks for. */
    private static readonly (uint Flag, SockopsOperations Operation)[] Callbacks =
    [
        (1 << 0, SockopsOperations.RetransmissionTimeout),
        (1 << 1, SockopsOperations.Retransmission),
        (1 << 2, SockopsOperations.StateChange),
        (1 << 3, SockopsOperations.RoundTrip),
        (1 << 4, SockopsOperations.HeaderOptionParsing),
        (1 << 5, SockopsOperations.HeaderOptionParsing),
        (1 << 6, SockopsOperations.HeaderOptionLength),
    ];

    /// <summary>Lists what the feature's programs set without a declaration, each as a clause. Empty when everything is declared.</summary>
    /// <exception cref="BpfException">An object's settings cannot be read.</exception>
    public static IReadOnlyList<string> Undeclared(ITuningFeature feature)
    {
        ArgumentNullException.ThrowIfNull(feature);
        var problems = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var program in feature.Variants.SelectMany(variant => variant.Programs))
        {
            foreach (var settings in Settings(feature, program))
            {
                foreach (
                    var (level, option) in settings.Options.Where(option =>
                        !feature.Knobs.Any(knob => (knob.Level, knob.Option) == option)
                    )
                )
                {
                    problems.Add($"sets option {option} of level {level}, for which it declares no knob");
                }

                var allowed = program is SockopsStage stage
                    ? Callbacks
                        .Where(callback => stage.Operations.HasFlag(callback.Operation))
                        .Aggregate(0u, (all, callback) => all | callback.Flag)
                    : 0;
                if (settings.SetsCallbacks)
                {
                    problems.Add("sets callback flags itself; a stage must request them in call->callbacks");
                }

                if ((settings.Callbacks & ~allowed) != 0)
                {
                    problems.Add(
                        $"requests callback flags 0x{settings.Callbacks & ~allowed:x}, but its stage declares none of "
                            + "their operations"
                    );
                }
            }

            if (program is SockopsStage { Operations: var operations })
            {
                foreach (
                    var query in Enum.GetValues<SockopsOperations>()
                        .Where(query =>
                            query != SockopsOperations.None
                            && Queries.HasFlag(query)
                            && operations.HasFlag(query)
                            && !feature.Knobs.Any(knob => knob.Reply == query)
                        )
                )
                {
                    problems.Add($"answers {query}, for which it declares no knob");
                }
            }
        }

        return [.. problems];
    }

    /// <summary>Lists declared knobs that no program of the feature sets.</summary>
    /// <exception cref="BpfException">An object's settings cannot be read.</exception>
    public static IReadOnlyList<string> Unused(ITuningFeature feature)
    {
        ArgumentNullException.ThrowIfNull(feature);
        var programs = feature.Variants.SelectMany(variant => variant.Programs).ToList();
        var options = programs
            .SelectMany(program => Settings(feature, program))
            .SelectMany(settings => settings.Options)
            .ToHashSet();
        var replies = programs
            .OfType<SockopsStage>()
            .Aggregate(SockopsOperations.None, (all, stage) => all | stage.Operations);
        return
        [
            .. feature
                .Knobs.Where(knob =>
                    knob is { Level: { } level, Option: { } option }
                        ? !options.Contains((level, option))
                        : !replies.HasFlag(knob.Reply)
                )
                .Select(knob => knob.Name),
        ];
    }

    private static IEnumerable<Settings> Settings(ITuningFeature feature, HookProgram program)
    {
        if (IsObject(feature, program.Object))
        {
            yield return SettingReader.Read(feature.Name, program.Object.Image.Span);
        }

        if (program is SockopsStage { Live: { } live } && IsObject(feature, live))
        {
            /* struct netedit_live_call has another layout; what a live stage asks for is for the stage at the hook, which is checked above. */
            yield return SettingReader.Read(feature.Name, live.Image.Span) with
            {
                Callbacks = 0,
            };
        }
    }

    /* What is damaged sets nothing: it is refused when it is to be loaded, and its policy says so. */
    private static bool IsObject(ITuningFeature feature, BpfObject candidate)
    {
        try
        {
            return ElfSections.Of(feature.Name, candidate.Image.Span).Count > 0;
        }
        catch (BpfException)
        {
            return false;
        }
    }
}
