using System.Globalization;

namespace NetEdit.Kernels.Tests;

/// <summary>The kernels of this run, started when the first test asks for one.</summary>
public sealed class Matrix : IDisposable
{
    private static readonly string Wanted = Environment.GetEnvironmentVariable(KernelSelection.Variable) ?? "";
    private static readonly Lazy<KernelRun> Run = new(() => KernelRun.Find(Wanted, Tell));

    private readonly Dictionary<string, Task<KernelResult>> _guests = Run
        .Value.Kernels.Zip(Run.Value.Start())
        .ToDictionary(guest => guest.First.Release, guest => guest.Second, StringComparer.Ordinal);

    /// <summary>Names of the kernels.</summary>
    public static IEnumerable<string> Names => Run.Value.Kernels.Select(kernel => kernel.Release);

    /// <summary>Whether this run writes the page of results.</summary>
    public static bool WritesPage => Wanted == KernelSelection.All;

    /// <summary>Waits for a guest.</summary>
    internal Task<KernelResult> ResultAsync(string kernel) => _guests[kernel];

    /// <summary>Shows the matrix, and writes the page when all kernels were run.</summary>
    public void Dispose()
    {
        var results = Task.WhenAll(_guests.Values).Result;
        var page = MatrixPage.Of(results);
        if (WritesPage)
        {
            File.WriteAllText(Directories.MatrixPage, page.ToString());
        }

        foreach (var result in results)
        {
            Tell(string.Create(CultureInfo.InvariantCulture, $"{result.Kernel}: {result.Elapsed.TotalSeconds:0} s"));
        }

        Tell("\n" + page.Table(MatrixPage.Features) + page.Table(MatrixPage.Checks));
        Run.Value.Dispose();
    }

    /* Hundreds of checks that pass would hide one that does not. */
    private static void Tell(string text)
    {
        if (
            !text.Contains(": Passed (", StringComparison.Ordinal)
            && !text.Contains(": NotApplicable (", StringComparison.Ordinal)
        )
        {
            ProgressLines.Tell(text);
        }
    }
}
