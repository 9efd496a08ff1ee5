using System.Diagnostics;
using System.Globalization;
using NetEdit.Kernels;

namespace NetEdit.Systemd.Tests;

/// <summary>The guests of this run: each goes through the whole script, when the first test asks for it.</summary>
public sealed class ScriptRuns
{
    // Some four minutes, and several times that beside busy processes.
    private static readonly TimeSpan GuestLimit = TimeSpan.FromMinutes(45);
    private static readonly Lazy<string> Packages = new(() => TestPackages.Get(ProgressLines.Tell));

    private readonly Dictionary<string, Lazy<IReadOnlyDictionary<string, string>>> _failures = Kernels.ToDictionary(
        kernel => kernel,
        kernel => new Lazy<IReadOnlyDictionary<string, string>>(() => Run(kernel)),
        StringComparer.Ordinal
    );

    static ScriptRuns() => Eventually.Limit = TimeSpan.FromMinutes(3);

    /// <summary>Series of kernels: that of Debian 12, and in a deep run the newest, too.</summary>
    public static IReadOnlyList<string> Kernels { get; } = TestDepth.IsDeep ? ["6.1", "7.3"] : ["6.1"];

    /// <summary>Why a step failed on a kernel; null when it did not.</summary>
    public string? Failure(string kernel, string step) => _failures[kernel].Value.GetValueOrDefault(step);

    /* A step relies on those before it: after one that failed, the others are not made. */
    private static Dictionary<string, string> Run(string kernel)
    {
        var failures = new Dictionary<string, string>(StringComparer.Ordinal);
        var watch = Stopwatch.StartNew();
        using var guest = Boot(kernel);
        var host = new ServiceHost(guest);
        Note("started");
        foreach (var step in Script.Steps)
        {
            if (failures.Count > 0)
            {
                failures[step.Name] = $"not reached: '{failures.First().Key}' failed";
                continue;
            }

            try
            {
                step.Do(host);
                Note(step.Name);
            }
            catch (Exception exception)
            {
                failures[step.Name] = exception.ToString();
                Note("failed: " + step.Name);
            }
        }

        return failures;

        void Note(string text) =>
            ProgressLines.Tell(
                string.Create(CultureInfo.InvariantCulture, $"{kernel}, {watch.Elapsed.TotalSeconds:0} s: {text}")
            );
    }

    private static DebianGuest Boot(string kernel) =>
        DebianGuest.Boot(
            Path.Combine("systemd", kernel),
            DebianGuest.Kernel(kernel, ProgressLines.Tell),
            Packages.Value,
            GuestLimit,
            text => ProgressLines.Tell($"{kernel}: {text}")
        );
}
