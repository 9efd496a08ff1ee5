using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using NetEdit.Lab;
using NetEdit.Testing;

namespace NetEdit.Faults.Tests;

/// <summary>
/// Drivers that share the places of all scenarios. Each plays one scenario after the other without waiting for the rest, because most of a
/// case is waiting until the kernel has freed something.
/// </summary>
public sealed class Workers : IDisposable
{
    private const int Count = 6;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(TestDepth.Choose(usual: 30, deep: 90));
    private static readonly TimeSpan ToEnd = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("netedit-faults-");
    private readonly string _name = Driver.NewName();
    private readonly List<Worker> _workers = [];
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _limit = new(Limit);
    private KernelSnapshot? _before;

    /// <summary>What came of a scenario. The first question has all scenarios played, this one first.</summary>
    internal Told Enumerate(string mode, string scenario)
    {
        if (_workers.Count == 0)
        {
            Start();
            _workers.ForEach(worker => worker.Play(mode, Scenarios.Names.Remove(scenario).Insert(0, scenario)));
        }

        var told = Told.Sum([.. _workers.Select(worker => worker.Told(scenario))]);
        _asked.Add(scenario);
        if (_asked.Count < Scenarios.Names.Length)
        {
            return told;
        }

        // The last one also shows what all of them have left.
        _workers.ForEach(worker => worker.End(ToEnd));
        return told with { Problems = [.. told.Problems, .. Driver.Left(_before!)] };
    }

    /// <summary>Ends those that still play, and removes what they leave.</summary>
    public void Dispose()
    {
        _workers.ForEach(worker => worker.End(TimeSpan.Zero));
        _workers.ForEach(worker => worker.Dispose());
        Driver.RemoveWhatIsLeftOf(_name);
        _limit.Dispose();
        _directory.Delete(recursive: true);
    }

    private void Start()
    {
        var capabilities = Path.Combine(_directory.FullName, "capabilities.json");
        Driver.Warm(capabilities);
        _before = KernelResidue.TakeBaseline();
        for (var number = 0; number < Count; number++)
        {
            string[] line =
            [
                "enumerate", $"{_name}-{number}", capabilities, number.ToString(CultureInfo.InvariantCulture), Count.ToString(CultureInfo.InvariantCulture),
            ];
            _workers.Add(new Worker(Driver.Start(line), _limit.Token));
        }
    }

    /// <summary>One driver.</summary>
    private sealed class Worker : IDisposable
    {
        private readonly ConcurrentDictionary<string, TaskCompletionSource<Told>> _told = new(StringComparer.Ordinal);
        private readonly Process _process;
        private readonly CancellationToken _limit;
        private readonly Task<string> _errors;
        private Task _listening = Task.CompletedTask;

        public Worker(Process process, CancellationToken limit)
        {
            (_process, _limit) = (process, limit);
            _errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        }

        /// <summary>Has it play scenarios, in this order.</summary>
        public void Play(string mode, IReadOnlyList<string> scenarios)
        {
            foreach (var scenario in scenarios)
            {
                _told[scenario] = new TaskCompletionSource<Told>(TaskCreationOptions.RunContinuationsAsynchronously);
                _process.StandardInput.WriteLine($"{mode} {(TestDepth.IsDeep ? "every" : "once")} {scenario}");
            }

            _process.StandardInput.Close();
            _listening = ListenAsync(scenarios);
        }

        /// <summary>What it told of a scenario; waits until that is played.</summary>
        public Told Told(string scenario) => _told[scenario].Task.Result;

        /// <summary>Waits until it ends, or ends it.</summary>
        public void End(TimeSpan patience)
        {
            if (!_process.WaitForExit(patience))
            {
                _process.Kill();
                _process.WaitForExit();
            }

            _listening.Wait();
        }

        public void Dispose() => _process.Dispose();

        private async Task ListenAsync(IReadOnlyList<string> scenarios)
        {
            var problem = "";
            _ = await ReadAsync(); // it has started
            foreach (var scenario in scenarios)
            {
                _told[scenario].SetResult(Faults.Tests.Told.Parse(problem.Length == 0 ? await ReadAsync() : $"problem {problem}"));
            }

            // Up to the line that says that a scenario is played; what happens to the driver before is a problem of this scenario and of those after it.
            async Task<string> ReadAsync()
            {
                var text = new StringBuilder();
                try
                {
                    while (await _process.StandardOutput.ReadLineAsync(_limit) is { } line)
                    {
                        text.Append(line).Append('\n');
                        if (line.StartsWith(Faults.Tests.Told.Done, StringComparison.Ordinal))
                        {
                            return text.ToString();
                        }
                    }

                    problem = $"a driver ended: {await _errors}";
                }
                catch (OperationCanceledException)
                {
                    _process.Kill();
                    problem = $"a driver was not done within {Limit.TotalMinutes} minutes";
                }

                return text.Append(CultureInfo.InvariantCulture, $"problem {problem}").ToString();
            }
        }
    }
}
