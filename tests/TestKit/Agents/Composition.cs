using System.Collections.Immutable;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using NetEdit.Lab;

namespace NetEdit.TestKit;

/// <summary>
/// Every feature alone, every two, and all: a policy and a port for each, in one chain. What a connection shows of several must be what it shows of
/// each alone.
/// </summary>
/// <param name="scene">Where.</param>
/// <param name="inPairs">Whether every two are among them.</param>
public sealed class Composition(Scene scene, bool inPairs = true)
{
    private const int Bare = 5000;
    private const string SmallerOne = " initial window"; // of initial-cwnd and send-cwnd-clamp, by the knob's rule

    private static readonly ImmutableArray<FeatureSample> Samples = FeatureSample.All;

    private readonly ImmutableArray<(string Name, ImmutableArray<int> Members)> _sets =
    [
        .. Samples.Select((sample, index) => (sample.Feature, ImmutableArray.Create(index))),
        .. from one in Enumerable.Range(0, Samples.Length)
        from other in Enumerable.Range(one + 1, Samples.Length - one - 1)
        where inPairs && !FeatureSample.AreRivals(Samples[one], Samples[other])
        select ($"{Samples[one].Feature}-and-{Samples[other].Feature}", ImmutableArray.Create(one, other)),
        (
            "all",
            [.. Enumerable.Range(0, Samples.Length).Where(index => Samples[index].Feature != "congestion-control")]
        ),
    ];

    /// <summary>All the policies, as one file.</summary>
    public string Policies()
    {
        var text = new StringBuilder();
        for (var index = 0; index < _sets.Length; index++)
        {
            text.Append("---\n")
                .Append(
                    Yaml.Policy(
                        _sets[index].Name,
                        scene.Cgroup.Path,
                        string.Join(
                            '\n',
                            _sets[index]
                                .Members.Select(member => $"{Samples[member].Feature}: {Samples[member].Tuning}")
                        ),
                        port: PortOf(index)
                    )
                );
        }

        return text.ToString();
    }

    /// <summary>What differs from what it should be, for a person; empty when all is well.</summary>
    public ImmutableArray<string> Problems(AddressFamily family)
    {
        var bare = ConnectionImage.Of(scene.Network, scene.Cgroup, Bare, family);
        var given = new ImmutableDictionary<string, string>[Samples.Length];
        var problems = ImmutableArray.CreateBuilder<string>();
        for (var index = 0; index < _sets.Length; index++)
        {
            var (name, members) = _sets[index];
            var image = ConnectionImage.Of(scene.Network, scene.Cgroup, PortOf(index), family);
            if (members.Length == 1)
            {
                given[index] = image
                    .Where(pair => bare[pair.Key] != pair.Value)
                    .ToImmutableDictionary(StringComparer.Ordinal);
                continue;
            }

            var expected = bare;
            foreach (var member in members)
            {
                foreach (var (what, shown) in given[member])
                {
                    var others = expected[what];
                    if (others == bare[what] || others == shown)
                    {
                        expected = expected.SetItem(what, shown);
                    }
                    else if (what.EndsWith(SmallerOne, StringComparison.Ordinal))
                    {
                        expected = expected.SetItem(
                            what,
                            int.Parse(shown, CultureInfo.InvariantCulture)
                            < int.Parse(others, CultureInfo.InvariantCulture)
                                ? shown
                                : others
                        );
                    }
                    else
                    {
                        problems.Add($"{name}: {what} is {others} by one and {shown} by another: they share a knob");
                    }
                }
            }

            problems.AddRange(
                ConnectionImage.Differences(expected, image).Select(difference => $"{name}: {difference}")
            );
        }

        return problems.ToImmutable();
    }

    private static int PortOf(int set) => Bare + 1 + set;
}
