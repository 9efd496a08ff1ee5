using System.Globalization;
using System.IO.MemoryMappedFiles;
using System.Text;

namespace NetEdit.Faults;

/// <summary>What is expected of the connections of a prober, and what it saw; shared with native/prober.c.</summary>
internal sealed unsafe class Board : IDisposable
{
    private const int Epochs = 64;
    private const int Samples = 16;
    private const int Name = 16;
    private const int ExpectationsAt = 48;
    private const int ExpectationSize = 16 + (2 * Name);
    private const int SamplesAt = ExpectationsAt + (Epochs * ExpectationSize);
    private const int SampleSize = 24 + Name;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _start;
    private readonly Dictionary<uint, string> _expectations = [];

    public Board()
    {
        Path = System.IO.Path.GetTempFileName();
        File.WriteAllBytes(Path, new byte[SamplesAt + (Samples * SampleSize)]);
        _file = MemoryMappedFile.CreateFromFile(Path, FileMode.Open);
        _view = _file.CreateViewAccessor();
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    public static string Program { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "netedit-prober");

    public string Path { get; }

    public long Connections => (long)Volatile.Read(ref *(ulong*)(_start + 16));

    /// <summary>Connections to which something was expected.</summary>
    public long Held => (long)Volatile.Read(ref *(ulong*)(_start + 24));

    /// <summary>Ends of connections that showed less than was expected.</summary>
    public long Broken => (long)Volatile.Read(ref *(ulong*)(_start + 32));

    /// <summary>Connections that were opened while the expectation changed.</summary>
    public long Crossed => (long)Volatile.Read(ref *(ulong*)(_start + 40));

    private ref uint Epoch => ref *(uint*)_start;

    /// <summary>Expects something of every connection that is opened from now on.</summary>
    public void Expect(ConnectionExpectation expectation)
    {
        var next = Epoch + 1;
        var at = new Span<byte>(_start + ExpectationsAt + (next % Epochs * ExpectationSize), ExpectationSize);
        at.Clear();
        Numbers(at, expectation.Windows);
        Numbers(at[8..], expectation.Clamps);
        for (var i = 0; expectation.Controls is { } controls && i < 2; i++)
        {
            Encoding.ASCII.GetBytes(controls[i % controls.Length], at[(16 + (i * Name))..]);
        }

        _expectations[next] = expectation.ToString();
        Volatile.Write(ref Epoch, next);
    }

    public void WaitUntilReady() => Wait(() => Volatile.Read(ref *(uint*)(_start + 8)) != 0, "start");

    /// <summary>Waits until some more connections were opened.</summary>
    public void WaitForConnections(int count)
    {
        var goal = Connections + count;
        Wait(() => Connections >= goal, "open connections");
    }

    public void Stop() => Volatile.Write(ref *(uint*)(_start + 4), 1);

    /// <summary>The first connections that showed less than was expected, a line each.</summary>
    public IEnumerable<string> Breaches()
    {
        for (var i = 0; i < Math.Min(Broken, Samples); i++)
        {
            yield return Breach(i);
        }
    }

    /// <summary>Forgets them.</summary>
    public void Forget() => Volatile.Write(ref *(ulong*)(_start + 32), 0);

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
        File.Delete(Path);
    }

    private string Breach(int index)
    {
        var sample = _start + SamplesAt + (index * SampleSize);
        var numbers = (uint*)sample;
        var control = Encoding.ASCII.GetString(new ReadOnlySpan<byte>(sample + 16, Name)).TrimEnd('\0');
        var end = *(uint*)(sample + 16 + Name) == 0 ? "client" : "server";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{end} showed window {numbers[2]}, clamp {numbers[3]}, congestion control {control}; expected "
                + $"(epochs {numbers[0]} to {numbers[1]}): {_expectations[numbers[0]]}; {_expectations[numbers[1]]}"
        );
    }

    private static void Numbers(Span<byte> at, int[]? values)
    {
        for (var i = 0; values is not null && i < 2; i++)
        {
            BitConverter.TryWriteBytes(at[(i * sizeof(int))..], values[i % values.Length]);
        }
    }

    private static void Wait(Func<bool> condition, string what)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed > Limit)
            {
                throw new TimeoutException($"the prober did not {what} within {Limit.TotalSeconds} s");
            }

            Thread.Sleep(1);
        }
    }
}
