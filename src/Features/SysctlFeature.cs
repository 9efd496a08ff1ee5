using System.Globalization;
using static NetEdit.Features.SysctlParameters;

namespace NetEdit.Features;

/// <summary>Sets sysctls of the agent's network namespace. Each is one that every network namespace has for itself, since 5.10 or since it exists.</summary>
public sealed class SysctlFeature : ITuningFeature
{
    internal const string FeatureName = "sysctl";

    /// <inheritdoc/>
    public string Name => FeatureName;

    /// <inheritdoc/>
    public string Summary =>
        "sysctls of the network namespace, put back when the policy goes; what an administrator changes stays";

    /// <inheritdoc/>
    public IReadOnlyList<ParameterSpec> Parameters { get; } = All;

    /// <inheritdoc/>
    public IReadOnlyList<FeatureVariant> Variants { get; } = [new("procfs", [], [])];

    /// <inheritdoc/>
    public IEnumerable<string> Validate(ParameterValues values)
    {
        if (values.Numbers.Count + values.Texts.Count == 0)
        {
            yield return "name at least one sysctl";
        }

        foreach (
            var error in (
                (string?[])
                    [
                        Check(values, LocalPorts, 2, 1024, MaximumPort, "two ports, the first not above the last"),
                        Check(
                            values,
                            ReceiveMemory,
                            3,
                            LeastMemory,
                            MostMemory,
                            "three numbers of bytes, none below the one before"
                        ),
                        Check(
                            values,
                            SendMemory,
                            3,
                            LeastMemory,
                            MostMemory,
                            "three numbers of bytes, none below the one before"
                        ),
                    ]
            ).OfType<string>()
        )
        {
            yield return error;
        }
    }

    /// <inheritdoc/>
    public IEnumerable<string> Cautions(ParameterValues values, IReadOnlyDictionary<string, ParameterValues> beside)
    {
        const int LeastRetries = 8;
        if (values.Number(Retries) < LeastRetries)
        {
            yield return $"{Retries} below 8 gives connections up in less than the 100 s that RFC 1122 4.2.3.5 asks "
                + $"for";
        }

        if (values.Number(FirstRetries) > values.Number(Retries))
        {
            yield return $"{FirstRetries} is above {Retries}: connections are given up before another route is looked "
                + $"for";
        }

        if (values.Number(ReuseTimeWait) > 0 && values.Number(Timestamps) == 0)
        {
            yield return $"{ReuseTimeWait} needs {Timestamps}, which is off beside it: nothing is reused";
        }
    }

    /// <inheritdoc/>
    public IEnumerable<SysctlSetting> Settings(ParameterValues values) =>
        values
            .Numbers.Select(number => new SysctlSetting(
                number.Key,
                number.Value.ToString(CultureInfo.InvariantCulture)
            ))
            .Concat(values.Texts.Select(text => new SysctlSetting(text.Key, string.Join(' ', Numbers(text.Value)))));

    /// <summary>Writes nothing: there is no program to read it.</summary>
    public void Encode(ParameterValues values, Span<byte> block) { }

    /// <summary>A sysctl that the same policy gives; null when it gives none.</summary>
    internal static long? Given(IReadOnlyDictionary<string, ParameterValues> beside, string name) =>
        beside.TryGetValue(FeatureName, out var values) ? values.Number(name) : null;

    private static string? Check(ParameterValues values, string name, int count, int minimum, int maximum, string form)
    {
        if (values.Text(name) is not { } text)
        {
            return null;
        }

        var numbers = Numbers(text).ToList();
        var isWell =
            numbers.Count == count
            && numbers.TrueForAll(number => number >= minimum && number <= maximum)
            && numbers.Zip(numbers.Skip(1)).All(pair => pair.First <= pair.Second);
        return isWell
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{name} '{text}' must be {form}, each {minimum} to {maximum}"
            );
    }

    // What is no number becomes -1, which is in no bounds. Leading zeros would come back without them.
    private static IEnumerable<int> Numbers(string text) =>
        text.Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(number =>
                int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : -1
            );
}
