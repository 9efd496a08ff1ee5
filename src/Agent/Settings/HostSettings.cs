using System.Collections.Immutable;
using System.CommandLine;
using NetEdit.Adapter;
using NetEdit.PolicyEngine;

namespace NetEdit.Agent.Settings;

/// <summary>A setting with its value.</summary>
/// <param name="Setting">The setting.</param>
/// <param name="Values">Its values; one, unless it takes a list; none for nothing.</param>
/// <param name="Origin">Where from: <c>built in</c>, <c>FILE:LINE</c>, or a variable.</param>
internal sealed record SettingValue(Setting Setting, ImmutableArray<string> Values, string Origin)
{
    /// <summary>The origin of what nobody has set.</summary>
    public const string BuiltIn = "built in";

    /// <summary>Whether nobody has set it.</summary>
    public bool IsBuiltIn => Origin == BuiltIn;
}

/// <summary>
/// What files and the environment say of the options of verbs. An option on the command line wins over the environment, the environment over
/// <c>/etc/netedit/netedit.yaml</c>, and that file over the vendor's in <c>/usr/lib/netedit</c>.
/// </summary>
/// <param name="Values">Every setting.</param>
/// <param name="Errors">What is wrong; nothing of a file with an error counts.</param>
internal sealed record HostSettings(ImmutableArray<SettingValue> Values, ImmutableArray<PolicyError> Errors)
{
    /// <summary>The file of the host's administrators.</summary>
    public const string AdministratorsFile = "/etc/netedit/netedit.yaml";

    /// <summary>The file of whoever made the package.</summary>
    public const string VendorsFile = "/usr/lib/netedit/netedit.yaml";

    private const int MostBytes = 64 * 1024;

    /// <summary>What counts where nobody has set anything.</summary>
    public static HostSettings None { get; } =
        new(
            [
                .. SettingCatalog.All.Select(setting => new SettingValue(
                    setting,
                    setting.BuiltIn.Length == 0 ? [] : [setting.BuiltIn],
                    SettingValue.BuiltIn
                )),
            ],
            []
        );

    /// <summary>Reads the settings of this host.</summary>
    public static HostSettings OfHost() => Read([VendorsFile, AdministratorsFile], Environment.GetEnvironmentVariable);

    /// <summary>Reads settings.</summary>
    /// <param name="files">The files; a later one wins.</param>
    /// <param name="variable">Gives the variables of the environment.</param>
    public static HostSettings Read(IEnumerable<string> files, Func<string, string?> variable)
    {
        var values = None.Values.ToDictionary(value => value.Setting.Key, StringComparer.Ordinal);
        var errors = ImmutableArray.CreateBuilder<PolicyError>();
        foreach (var file in files)
        {
            var (settings, wrong) = ReadFile(file);
            errors.AddRange(wrong);
            foreach (var read in settings)
            {
                values[read.Key] = values[read.Key] with { Values = read.Values, Origin = $"{file}:{read.Line}" };
            }
        }

        foreach (var setting in SettingCatalog.All)
        {
            if (variable(setting.Variable) is not { Length: > 0 } text)
            {
                continue;
            }

            ImmutableArray<string> given = setting.IsList
                ? [.. text.Split(':', StringSplitOptions.RemoveEmptyEntries)]
                : [text];
            if (given.Select(setting.Problem).FirstOrDefault(problem => problem is not null) is { } problem)
            {
                errors.Add(new PolicyError(setting.Variable, 0, 0, $"'{text}' {problem}"));
            }
            else
            {
                values[setting.Key] = new SettingValue(setting, given, setting.Variable);
            }
        }

        return new HostSettings([.. SettingCatalog.All.Select(setting => values[setting.Key])], errors.ToImmutable());
    }

    /// <summary>The options that a command line lacks and that somebody has set.</summary>
    public IEnumerable<string> Missing(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        foreach (var value in Values.Where(value => !value.IsBuiltIn))
        {
            var setting = value.Setting;
            if (setting.Verb is { } verb && verb != command.Name || !Has(setting.Flag) || IsGiven(setting.Flag))
            {
                continue;
            }

            if (ReferenceEquals(setting, SettingCatalog.Listen))
            {
                if (!IsGiven(Cli.Verbs.AgentVerb.NoHttpFlag))
                {
                    yield return value.Values[0] == SettingCatalog.Off
                        ? Cli.Verbs.AgentVerb.NoHttpFlag
                        : $"{setting.Flag}={value.Values[0]}";
                }

                continue;
            }

            foreach (var text in value.Values)
            {
                yield return $"{setting.Flag}={text}";
            }
        }

        bool Has(string flag) => command.Options.Any(option => option.Name == flag);

        bool IsGiven(string flag) =>
            command.Options.FirstOrDefault(option => option.Name == flag) is { } option
            && parsed.GetResult(option) is { Implicit: false };
    }

    private static (ImmutableArray<FileSetting> Settings, ImmutableArray<PolicyError> Errors) ReadFile(string file)
    {
        var other = Path.ChangeExtension(file, ".yml");
        if (File.Exists(other))
        {
            return ([], [new PolicyError(other, 0, 0, $"is not read; name it {Path.GetFileName(file)}")]);
        }

        using var opened = TrustedPath.OpenFile(file, out var problem);
        if (opened is null)
        {
            return problem!.IsAbsent ? ([], []) : ([], [new PolicyError(file, 0, 0, problem.Message)]);
        }

        var content = new byte[MostBytes + 1];
        var length = 0;
        while (
            length < content.Length && RandomAccess.Read(opened, content.AsSpan(length), length) is > 0 and var count
        )
        {
            length += count;
        }

        return length > MostBytes
            ? ([], [new PolicyError(file, 0, 0, $"exceeds the limit of {MostBytes / 1024} KiB")])
            : SettingsFileReader.Read(
                file,
                content.AsMemory(0, length),
                [.. SettingCatalog.All.Select(setting => setting.FileKey)]
            );
    }
}
