using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using NetEdit.Lab;

namespace NetEdit.Faults.Tests;

/// <summary>
/// Drivers that share all scenarios. Each takes the next part of one as soon as it is done with its last: most of a case is waiting until the
/// kernel has freed something, so no driver waits for another.
/// </summary>
public sealed class Workers : IDisposable
{
    private const int Drivers = 8;
    private const int Parts = 3;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(TestDepth.Choose(usual: 30, deep: 90));
    private static readonly TimeSpan ToEnd = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("netedit-faults-");
    private readonly string _name = Driver.NewName();
    private readonly ConcurrentQueue<(string Scenario, int Part)> _todo = new();
    private readonly Dictionary<(string Scenario, int Part), TaskCompletionSource<DriverReport>> _reports = [];
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _limit = new(Limit);
    private readonly List<Process> _drivers = [];
    private KernelSnapshot? _before;
    private Task _played = Task.CompletedTask;

    /// <summary>What came of a scenario. The first question has all scenarios played, this one first.</summary>
    internal DriverReport Enumerate(string mode, string scenario)
    {
        if (_drivers.Count == 0)
        {
            Start(mode, first: scenario);
        }

        var report = DriverReport.Sum([
            .. Enumerable.Range(0, Parts).Select(part => _reports[(scenario, part)].Task.Result),
        ]);
        _asked.Add(scenario);
        if (_asked.Count < Scenarios.Names.Length)
        {
            return report;
        }

        // The last one also shows what all of them have left.
        End(ToEnd);
        return report with { Problems = [.. report.Problems, .. Driver.Left(_before!)] };
    }

    /// <summary>Ends drivers that still play, and removes what they leave.</summary>
    public void Dispose()
    {
        _todo.Clear();
        End(TimeSpan.Zero);
        _drivers.ForEach(driver => driver.Dispose());
        Driver.RemoveWhatIsLeftOf(_name);
        _limit.Dispose();
        _directory.Delete(recursive: true);
    }

    private void Start(string mode, string first)
    {
        foreach (var scenario in Scenarios.Names.Remove(first).Insert(0, first))
        {
            for (var part = 0; part < Parts; part++)
            {
                _reports[(scenario, part)] = new TaskCompletionSource<DriverReport>(
                    TaskCreationOptions.RunContinuationsAsynchronously
                );
                _todo.Enqueue((scenario, part));
            }
        }

        var capabilities = Path.Combine(_directory.FullName, "capabilities.json");
        Driver.Warm(capabilities);
        _before = KernelResidue.TakeBaseline();
        for (var number = 0; number < Drivers; number++)
        {
            _drivers.Add(
                Driver.Start([
                    "enumerate",
                    string.Create(CultureInfo.InvariantCulture, $"{_name}-{number}"),
                    capabilities,
                ])
            );
        }

        _played = PlayAsync(mode);
    }

    private async Task PlayAsync(string mode)
    {
        await Task.WhenAll(_drivers.Select(driver => PlayAsync(driver, mode)));
        while (_todo.TryDequeue(out var next))
        {
            _reports[next].SetResult(DriverReport.Parse("problem no driver was left to play it"));
        }
    }

    /// <summary>Has a driver play part after part. When it ends, the others go on.</summary>
    private async Task PlayAsync(Process driver, string mode)
    {
        var errors = driver.StandardError.ReadToEndAsync(CancellationToken.None);
        _ = await ReadAsync(driver, errors); // it has started
        while (!driver.HasExited && _todo.TryDequeue(out var next))
        {
            var depth = TestDepth.IsDeep ? "every" : "once";
            await driver.StandardInput.WriteLineAsync(
                string.Create(CultureInfo.InvariantCulture, $"{mode} {depth} {next.Scenario} {next.Part} {Parts}")
            );
            await driver.StandardInput.FlushAsync();
            _reports[next].SetResult(DriverReport.Parse(await ReadAsync(driver, errors)));
        }

        driver.StandardInput.Close();
    }

    /// <summary>Reads up to the line that says that a part is played.</summary>
    private async Task<string> ReadAsync(Process driver, Task<string> errors)
    {
        var text = new StringBuilder();
        try
        {
            while (await driver.StandardOutput.ReadLineAsync(_limit.Token) is { } line)
            {
                text.Append(line).Append('\n');
                if (line.StartsWith(DriverReport.Done, StringComparison.Ordinal))
                {
                    return text.ToString();
                }
            }

            text.Append(CultureInfo.InvariantCulture, $"problem a driver ended: {await errors}");
        }
        catch (OperationCanceledException)
        {
            driver.Kill();
            text.Append(
                CultureInfo.InvariantCulture,
                $"problem a driver was not done within {Limit.TotalMinutes} minutes"
            );
        }

        await driver.WaitForExitAsync(CancellationToken.None);
        return text.ToString();
    }

    private void End(TimeSpan patience)
    {
        foreach (var driver in _drivers.Where(driver => !driver.WaitForExit(patience)))
        {
            driver.Kill();
            driver.WaitForExit();
        }

        _played.Wait();
    }
}
