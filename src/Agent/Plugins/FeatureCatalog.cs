using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Microsoft.Win32.SafeHandles;
using NetEdit.Adapter;
using NetEdit.Features;
using NetEdit.Model;

namespace NetEdit.Agent.Plugins;

/// <summary>Something about the installed plugins that an operator must mend. The rest of the catalog works.</summary>
internal sealed record CatalogProblem(string Path, string Message)
{
    public override string ToString() => $"{Path}: {Message}";
}

/// <summary>
/// The features announced by the assemblies of allow-listed directories. An assembly is loaded, in a context of its own, when one of
/// its features is first asked for: from the file whose announcements were read, which stays open, whatever has taken its place since.
/// </summary>
internal sealed class FeatureCatalog : IFeatureCatalog
{
    private readonly Dictionary<string, PluginEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Assembly> _assemblies = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SafeFileHandle> _files = new(StringComparer.Ordinal);
    private readonly List<CatalogProblem> _problems = [];
    private readonly Lock _gate = new();
    private volatile ImmutableSortedDictionary<string, ITuningFeature?> _loaded = ImmutableSortedDictionary.Create<
        string,
        ITuningFeature?
    >(StringComparer.Ordinal);

    /// <summary>Reads the announcements. Of two assemblies that announce one feature the first counts, and the other is a problem.</summary>
    public FeatureCatalog(IEnumerable<string> directories)
    {
        foreach (var directory in directories.Select(Path.GetFullPath).Distinct(StringComparer.Ordinal))
        {
            Scan(directory);
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

    /// <summary>The features that were asked for so far and could be loaded, sorted by name. Loads none, and waits for none to be loaded.</summary>
    public IEnumerable<ITuningFeature> Loaded => _loaded.Values.OfType<ITuningFeature>();

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
                feature = Load(entry);
                _loaded = _loaded.Add(name, feature);
            }

            return feature;
        }
    }

    private void Scan(string directory)
    {
        using var opened = TrustedPath.OpenDirectory(directory, out var problem);
        if (opened is null)
        {
            if (!problem!.IsAbsent)
            {
                Report(new CatalogProblem(directory, "refused: " + problem.Message));
            }
            else if (!string.Equals(directory, BuiltInDirectory, StringComparison.Ordinal))
            {
                Report(new CatalogProblem(directory, "no such directory"));
            }

            return;
        }

        foreach (
            var name in Directory
                .EnumerateFiles(TrustedPath.PathOf(opened), "*.dll")
                .Select(Path.GetFileName)
                .Order(StringComparer.Ordinal)
        )
        {
            var path = Path.Combine(directory, name!);
            try
            {
                Read(path);
            }
            catch (Exception exception)
                when (exception
                        is BadImageFormatException
                            or InvalidDataException
                            or IOException
                            or UnauthorizedAccessException
                )
            {
                Report(new CatalogProblem(path, "not a usable plugin: " + exception.Message));
            }
        }
    }

    private void Read(string path)
    {
        var file = TrustedPath.OpenFile(path, out var problem);
        if (file is null)
        {
            Report(new CatalogProblem(path, "refused: " + problem!.Message));
            return;
        }

        try
        {
            foreach (var entry in PluginFile.Read(file, path))
            {
                Add(entry);
            }
        }
        finally
        {
            if (!_entries.Values.Any(entry => entry.Assembly == path) || !_files.TryAdd(path, file))
            {
                file.Dispose();
            }
        }
    }

    private void Add(PluginEntry entry)
    {
        if (!IsName(entry.Feature))
        {
            Report(
                new CatalogProblem(
                    entry.Assembly,
                    $"'{entry.Feature}' is not a feature name: lower case words joined by hyphens, at most "
                        + $"{FeatureLimits.NameLength} characters"
                )
            );
        }
        else if (!_entries.TryAdd(entry.Feature, entry))
        {
            Report(
                new CatalogProblem(
                    entry.Assembly,
                    $"the feature '{entry.Feature}' is announced by {_entries[entry.Feature].Assembly} "
                        + $"already, which counts; remove one of them"
                )
            );
        }
    }

    private ITuningFeature? Load(PluginEntry entry)
    {
        try
        {
            if (!_assemblies.TryGetValue(entry.Assembly, out var assembly))
            {
                _assemblies[entry.Assembly] = assembly = new PluginContext(entry.Assembly).Load(_files[entry.Assembly]);
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
                throw new InvalidOperationException(
                    $"it {string.Join("; it ", undeclared)} (see Knobs of {nameof(ITuningFeature)})"
                );
            }

            return feature;
        }
#pragma warning disable CA1031 // A plugin's constructor may throw anything; its feature is then not installed, and the others go on.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Report(
                new CatalogProblem(
                    entry.Assembly,
                    $"the feature '{entry.Feature}' cannot be loaded: {exception.GetBaseException().Message}"
                )
            );
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
        && char.IsAsciiLetterLower(name[0])
        && name[^1] != '-';

    /// <summary>
    /// Loads a plugin and what it brings along, which is <c>NAME.dll</c> beside it and is trusted as the plugin is. A plugin
    /// shares <c>NetEdit.Abstractions</c> and the runtime with the agent, and no other assembly. Files stay open for good: the
    /// runtime knows them by the paths of their descriptors, which must not come to mean others.
    /// </summary>
    private sealed class PluginContext(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
    {
        private static readonly string? Shared = typeof(ITuningFeature).Assembly.GetName().Name;
        private readonly List<SafeFileHandle> _files = [];

        public Assembly Load(SafeFileHandle file)
        {
            _files.Add(file);
            return LoadFromAssemblyPath(TrustedPath.PathOf(file));
        }

        protected override Assembly? Load(AssemblyName assemblyName)
        {
            if (string.Equals(assemblyName.Name, Shared, StringComparison.Ordinal))
            {
                return null;
            }

            var name = assemblyName.Name + ".dll";
            var file = TrustedPath.OpenFile(Path.Combine(Path.GetDirectoryName(path)!, name), out var problem);
            if (file is not null)
            {
                return Load(file);
            }

            if (!problem!.IsAbsent)
            {
                throw new FileLoadException($"its dependency is refused: {problem.Message}");
            }

            return IsPartOfAgent(name)
                ? throw new FileLoadException(
                    $"it needs {name}, which the agent does not share with plugins; put it beside the plugin"
                )
                : null;
        }

        /// <summary>Whether the runtime would give the plugin the agent's own copy.</summary>
        private static bool IsPartOfAgent(string name) =>
            File.Exists(Path.Combine(AppContext.BaseDirectory, name))
            && !File.Exists(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), name));
    }
}
