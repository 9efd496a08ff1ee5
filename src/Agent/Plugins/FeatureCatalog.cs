using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using NetEdit.Adapter;
using NetEdit.Features;

namespace NetEdit.Agent.Plugins;

/// <summary>Something about the installed plugins that an operator must mend. The rest of the catalog works.</summary>
internal sealed record CatalogProblem(string Path, string Message)
{
    public override string ToString() => $"{Path}: {Message}";
}

/// <summary>
/// The features announced by the assemblies of allow-listed directories. An assembly is loaded, in a context of its own, when one of
/// its features is first asked for.
/// </summary>
internal sealed class FeatureCatalog : IFeatureCatalog
{
    private readonly Dictionary<string, PluginEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ITuningFeature?> _loaded = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Assembly> _assemblies = new(StringComparer.Ordinal);
    private readonly List<CatalogProblem> _problems = [];
    private readonly Lock _gate = new();

    /// <summary>Reads the announcements.</summary>
    /// <exception cref="CliException">Two assemblies announce one feature.</exception>
    public FeatureCatalog(IEnumerable<string> directories)
    {
        foreach (var directory in directories)
        {
            Scan(Path.GetFullPath(directory));
        }

        Names = [.. _entries.Keys.Order(StringComparer.Ordinal)];
    }

    /// <summary>Where the features that come with NetEdit are.</summary>
    public static string BuiltInDirectory => Path.Combine(AppContext.BaseDirectory, "features");

    public IReadOnlyList<string> Names { get; }

    /// <summary>What is wrong with the installed plugins.</summary>
    public ImmutableArray<CatalogProblem> Problems
    {
        get
        {
            // Not the lock that is held while a plugin's code runs: status asks for this.
            lock (_problems)
            {
                return [.. _problems];
            }
        }
    }

    public ITuningFeature? Find(string name)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(name, out var entry))
            {
                return null;
            }

            if (!_loaded.TryGetValue(name, out var feature))
            {
                _loaded[name] = feature = Load(entry);
            }

            return feature;
        }
    }

    private void Scan(string directory)
    {
        if (!Directory.Exists(directory))
        {
            if (!string.Equals(directory, BuiltInDirectory, StringComparison.Ordinal))
            {
                Report(new CatalogProblem(directory, "no such directory"));
            }

            return;
        }

        if (PluginDirectory.Distrust(directory) is { } distrust)
        {
            Report(new CatalogProblem(directory, "refused: " + distrust));
            return;
        }

        foreach (var file in Directory.EnumerateFiles(directory, "*.dll").Order(StringComparer.Ordinal))
        {
            try
            {
                if (PluginDirectory.Distrust(file) is { } reason)
                {
                    Report(new CatalogProblem(file, "refused: " + reason));
                    continue;
                }

                foreach (var entry in PluginFile.Read(file))
                {
                    Add(entry);
                }
            }
            catch (Exception exception) when (exception is BadImageFormatException or InvalidDataException or IOException or UnauthorizedAccessException)
            {
                Report(new CatalogProblem(file, "not a usable plugin: " + exception.Message));
            }
        }
    }

    private void Add(PluginEntry entry)
    {
        if (!IsName(entry.Feature))
        {
            Report(new CatalogProblem(entry.Assembly, $"'{entry.Feature}' is not a feature name: lower case words joined by hyphens, at most {FeatureLimits.NameLength} characters"));
        }
        else if (!_entries.TryAdd(entry.Feature, entry))
        {
            throw new CliException(ExitCode.Failed, $"the feature '{entry.Feature}' is announced by {_entries[entry.Feature].Assembly} and by {entry.Assembly}; remove one of them");
        }
    }

    private ITuningFeature? Load(PluginEntry entry)
    {
        try
        {
            if (!_assemblies.TryGetValue(entry.Assembly, out var assembly))
            {
                _assemblies[entry.Assembly] = assembly = new PluginContext(entry.Assembly).LoadFromAssemblyPath(entry.Assembly);
            }

            var type = assembly.GetType(entry.TypeName.Split(',')[0], throwOnError: true)!;
            if (Activator.CreateInstance(type) is not ITuningFeature feature)
            {
                throw new InvalidOperationException($"{type} is no {nameof(ITuningFeature)}");
            }

            if (!string.Equals(feature.Name, entry.Feature, StringComparison.Ordinal))
            {
                throw new InvalidOperationException($"{type} calls itself '{feature.Name}'");
            }

            // What throws when it is described throws here, once.
            _ = (feature.Summary, feature.Parameters.Count);
            foreach (var variant in feature.Variants)
            {
                _ = (variant.Stage, variant.AllRequirements.Count());
            }

            if (KnobCheck.Undeclared(feature) is [_, ..] undeclared)
            {
                throw new InvalidOperationException($"it {string.Join("; it ", undeclared)} (see Knobs of {nameof(ITuningFeature)})");
            }

            return feature;
        }
#pragma warning disable CA1031 // A plugin's constructor may throw anything; its feature is then not installed, and the others go on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            var cause = exception is TargetInvocationException { InnerException: { } inner } ? inner : exception;
            Report(new CatalogProblem(entry.Assembly, $"the feature '{entry.Feature}' cannot be loaded: {cause.Message}"));
            return null;
        }
    }

    private void Report(CatalogProblem problem)
    {
        lock (_problems)
        {
            _problems.Add(problem);
        }
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= FeatureLimits.NameLength
        && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-')
        && char.IsAsciiLetterLower(name[0]) && name[^1] != '-';

    /// <summary>What a plugin brings along is its own; what it shares with us comes from us.</summary>
    private sealed class PluginContext(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
    {
        private static readonly string? Shared = typeof(ITuningFeature).Assembly.GetName().Name;
        private readonly AssemblyDependencyResolver _resolver = new(path);

        protected override Assembly? Load(AssemblyName assemblyName) =>
            !string.Equals(assemblyName.Name, Shared, StringComparison.Ordinal) && _resolver.ResolveAssemblyToPath(assemblyName) is { } found
                ? LoadFromAssemblyPath(found)
                : null;
    }
}
