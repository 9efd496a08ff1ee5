using System.Diagnostics;
using System.Globalization;
using System.Text;
using NetEdit.Lab;
using NetEdit.Testing;

namespace NetEdit.Faults.Tests;

/// <summary>Drivers that share the places of a scenario. They are started once for all scenarios of a class: that takes as long as many cases.</summary>
public sealed class Workers : IDisposable
{
    // The kernel frees objects some time after their last user: several workers share the waiting.
    private const int Count = 6;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(8);
    private static readonly TimeSpan ToEnd = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("netedit-faults-");
    private readonly string _name = Driver.NewName();
    private readonly List<(Process Process, Task<string> Errors)> _drivers = [];

    /// <summary>Has all of them play a scenario.</summary>
    internal Told Enumerate(string mode, string scenario)
    {
        if (_drivers.Count == 0)
        {
            Start();
        }

        var before = KernelResidue.TakeBaseline();
        _drivers.ForEach(driver => driver.Process.StandardInput.WriteLine($"{mode} {(TestDepth.IsDeep ? "every" : "once")} {scenario}"));
        var told = Listen();
        return told with { Problems = [.. told.Problems, .. Driver.Left(before)] };
    }

    /// <summary>Has them end and take back what they made.</summary>
    public void Dispose()
    {
        End();
        _directory.Delete(recursive: true);
    }

    private void Start()
    {
        var capabilities = Path.Combine(_directory.FullName, "capabilities.json");
        Driver.Warm(capabilities);
        for (var worker = 0; worker < Count; worker++)
        {
            string[] line = ["enumerate", $"{_name}-{worker}", capabilities, worker.ToString(CultureInfo.InvariantCulture), Count.ToString(CultureInfo.InvariantCulture)];
            var process = Driver.Start(line);
            _drivers.Add((process, process.StandardError.ReadToEndAsync()));
        }

        Listen().ShouldBeWell();
    }

    private Told Listen()
    {
        using var limit = new CancellationTokenSource(Limit);
        var told = Told.Sum(Task.WhenAll(_drivers.Select(driver => Listen(driver.Process, driver.Errors, limit.Token))).Result);
        if (_drivers.Any(driver => driver.Process.HasExited) || limit.IsCancellationRequested)
        {
            End(); // the next scenario starts new ones
        }

        return told;
    }

    private static async Task<Told> Listen(Process driver, Task<string> errors, CancellationToken limit)
    {
        var text = new StringBuilder();
        try
        {
            while (await driver.StandardOutput.ReadLineAsync(limit).ConfigureAwait(false) is { } line)
            {
                text.Append(line).Append('\n');
                if (line.StartsWith(Told.Done, StringComparison.Ordinal))
                {
                    return Told.Parse(text.ToString());
                }
            }

            text.Append(CultureInfo.InvariantCulture, $"problem a driver ended: {await errors.ConfigureAwait(false)}");
        }
        catch (OperationCanceledException)
        {
            driver.Kill();
            text.Append(CultureInfo.InvariantCulture, $"problem a driver was not done within {Limit.TotalMinutes} minutes");
        }

        return Told.Parse(text.ToString());
    }

    private void End()
    {
        _drivers.ForEach(driver => driver.Process.StandardInput.Close());
        foreach (var (process, _) in _drivers)
        {
            if (!process.WaitForExit(ToEnd))
            {
                process.Kill();
                process.WaitForExit();
            }

            process.Dispose();
        }

        _drivers.Clear();
        Driver.RemoveWhatIsLeftOf(_name);
    }
}
