using System.Collections.Immutable;
using System.Net.Sockets;
using Shouldly;

namespace NetEdit.Kernels.Guest;

/// <summary>A feature that shows in an image of a connection, at a port of its own kind: all that are checked so share one image a step.</summary>
internal sealed class SampleCheck(FeatureSample sample, Images images) : FeatureCheck
{
    public override string Feature => sample.Feature;

    public override string Tuning => sample.Tuning;

    public override string? ChangedTuning => sample.Changed;

    public override int Port => Images.Port;

    public override string? Observe(Socket end) =>
        sample.ShowsOpen is { } what ? ConnectionImage.OfEnd(end)[what] : null;

    public override string? Expected(Values values)
    {
        var shows = values == Values.Changed ? sample.Shows.SetItems(sample.ShowsChanged) : sample.Shows;
        return sample.ShowsOpen is { } what ? shows["client " + what] : null;
    }

    public override void Check(Scene scene, string? variant, Values values)
    {
        foreach (var (family, image) in images.Of(scene))
        {
            var shows =
                family == AddressFamily.InterNetworkV6 ? sample.Shows.AddRange(sample.ShowsOverIpv6) : sample.Shows;
            if (values == Values.Host)
            {
                ConnectionImage
                    .Differences(shows, image)
                    .Count()
                    .ShouldBe(
                        shows.Count,
                        $"what only the policy gives, {family}: "
                            + $"{string.Join("; ", shows.Where(pair => image[pair.Key] == pair.Value))}"
                    );
            }
            else
            {
                ConnectionImage
                    .Differences(values == Values.Policy ? shows : sample.ShowsChanged, image)
                    .ShouldBeEmpty(family.ToString());
            }
        }
    }
}

/// <summary>Images of connections, taken anew after each step.</summary>
internal sealed class Images
{
    /// <summary>The server's.</summary>
    public const int Port = 5100;

    private ImmutableArray<(AddressFamily Family, ImmutableSortedDictionary<string, string> Image)>? _taken;

    /// <summary>Those of now, over IPv4 and IPv6.</summary>
    public ImmutableArray<(AddressFamily Family, ImmutableSortedDictionary<string, string> Image)> Of(Scene scene) =>
        _taken ??= [
            .. ((AddressFamily[])[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6]).Select(family =>
                (family, ConnectionImage.Of(scene.Network, scene.Cgroup, Port, family))
            ),
        ];

    /// <summary>Something changed: they are taken anew.</summary>
    public void Forget() => _taken = null;
}
