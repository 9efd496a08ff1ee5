using System.Collections.Immutable;
using NetEdit.Adapter;

namespace NetEdit.Agent.Metrics;

/// <summary>What many connections were like.</summary>
/// <param name="Connections">How many they are.</param>
/// <param name="Values">By <see cref="Measure"/>.</param>
internal sealed record MeasureSums(ulong Connections, ImmutableArray<MeasuredValues> Values)
{
    /// <summary>No connections.</summary>
    public static MeasureSums None { get; } =
        new(0, [.. Enum.GetValues<Measure>().Select(_ => new MeasuredValues(0, [.. new ulong[MeasureBuckets.Count]]))]);

    /// <summary>Those of a profile.</summary>
    public static MeasureSums Of(ProfileMeasures profile) => new(profile.Connections, profile.Values);

    /// <summary>These and those.</summary>
    public MeasureSums Add(MeasureSums other) => Combine(other, static (one, two) => one + two);

    /// <summary>These without some of them.</summary>
    public MeasureSums Without(MeasureSums some) => Combine(some, static (one, two) => one - two);

    private MeasureSums Combine(MeasureSums other, Func<ulong, ulong, ulong> combine) =>
        new(
            combine(Connections, other.Connections),
            [
                .. Values.Zip(
                    other.Values,
                    (one, two) =>
                        new MeasuredValues(combine(one.Sum, two.Sum), [.. one.Buckets.Zip(two.Buckets, combine)])
                ),
            ]
        );
}
