using System.Collections.Immutable;
using System.Text;
using NetEdit.Bpf;
using NetEdit.Features;
using NetEdit.Host;
using NetEdit.Model;
using NetEdit.TestPlugin;

namespace NetEdit.Faults;

/// <summary>A feature built again: the same code under another digest, or a congestion control under a name that nobody else on this host has.</summary>
internal sealed class Rebuilt : ITuningFeature
{
    private const string Shipped = "netedit_dctcp";

    private readonly ITuningFeature _feature;
    private readonly string _algorithm;

    /// <summary>Builds a feature again.</summary>
    /// <param name="feature">The feature as it is shipped.</param>
    /// <param name="algorithm">Name of its congestion control, as long as the shipped one.</param>
    /// <param name="build">Number of the build; 0 leaves the digest.</param>
    /// <param name="live">Whether connections that are open already are tuned too. Verifying that takes five times as long as all else.</param>
    public Rebuilt(ITuningFeature feature, string algorithm, int build, bool live)
    {
        if (algorithm.Length != Shipped.Length)
        {
            throw new ArgumentException($"'{algorithm}' is not as long as '{Shipped}'", nameof(algorithm));
        }

        (_feature, _algorithm) = (feature, algorithm);
        Variants =
        [
            .. feature.Variants.Select(variant =>
                variant with
                {
                    Programs = [.. variant.Programs.Select(program => Rebuild(program, build, live))],
                }
            ),
        ];
    }

    public string Name => _feature.Name;

    public string Summary => _feature.Summary;

    public IReadOnlyList<ParameterSpec> Parameters => _feature.Parameters;

    public IReadOnlyList<FeatureVariant> Variants { get; }

    public void Encode(ParameterValues values, Span<byte> block)
    {
        _feature.Encode(values, block);
        Rename(block);
    }

    public IEnumerable<SysctlSetting> Settings(ParameterValues values) => _feature.Settings(values);

    public IEnumerable<string> Validate(ParameterValues values) => _feature.Validate(values);

    public IEnumerable<string> Cautions(ParameterValues values, IReadOnlyDictionary<string, ParameterValues> beside) =>
        _feature.Cautions(values, beside);

    public ParameterValues Fit(ParameterValues values, HostFacts host) => _feature.Fit(values, host);

    public IEnumerable<string> Review(ParameterValues values, HostFacts host) => _feature.Review(values, host);

    private HookProgram Rebuild(HookProgram program, int build, bool live) =>
        program switch
        {
            CongestionControl => new CongestionControl(Rebuild(program.Object, build), _algorithm),
            AttachedProgram attached => attached with { Object = Rebuild(attached.Object, build) },
            SockopsStage stage => stage with
            {
                Object = Rebuild(stage.Object, build),
                Live = live && stage.Live is not null ? Rebuild(stage.Live, build) : null,
            },
            _ => throw new ArgumentException($"no way to rebuild a {program.GetType().Name}", nameof(program)),
        };

    private BpfObject Rebuild(BpfObject shipped, int build) =>
        new(
            shipped.Name,
            () =>
            {
                // What follows the last section of an ELF file means nothing, but it counts for the digest.
                byte[] image = [.. shipped.Image.Span, .. new byte[build]];
                Rename(image);
                return image;
            }
        );

    private void Rename(Span<byte> bytes)
    {
        var (from, to) = (Encoding.ASCII.GetBytes(Shipped), Encoding.ASCII.GetBytes(_algorithm));
        for (var at = bytes.IndexOf(from); at >= 0; at = bytes.IndexOf(from))
        {
            to.CopyTo(bytes[at..]);
        }
    }
}

/// <summary>The built-in features, and some with standalone programs, in some builds.</summary>
internal sealed class Catalog : IFeatureCatalog
{
    private readonly ImmutableSortedDictionary<string, ITuningFeature> _features;

    /// <summary>Builds all of them.</summary>
    /// <param name="algorithm">Name of dctcp's congestion control.</param>
    /// <param name="build">Number of the build.</param>
    /// <param name="live">Whether connections that are open already are tuned too.</param>
    public Catalog(string algorithm, int build, bool live = false)
    {
        ITuningFeature[] shipped =
        [
            new DctcpFeature(),
            new InitialCwndFeature(),
            new ReceiveWindowFeature(),
            new OptionFeature(),
            new SocketEgressFeature(),
            new LookupFeature(),
            new TracepointFeature(),
            new SysctlFeature(),
        ];
        _features = shipped.ToImmutableSortedDictionary(
            feature => feature.Name,
            ITuningFeature (feature) => new Rebuilt(feature, algorithm, build, live),
            StringComparer.Ordinal
        );
    }

    public IReadOnlyList<string> Names => [.. _features.Keys];

    public ITuningFeature? Find(string name) => _features.GetValueOrDefault(name);
}
