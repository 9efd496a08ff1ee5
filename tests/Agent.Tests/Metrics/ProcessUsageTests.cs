using System.Diagnostics;
using NetEdit.Agent.Metrics;

namespace NetEdit.Agent.Tests.Metrics;

public sealed class ProcessUsageTests
{
    private const double BootTime = 1_000_000;

    [Fact]
    public void A_line_of_proc_is_read_whatever_the_program_is_called()
    {
        var usage = ProcessUsage.Parse(
            "42 (a) (b 7 S) S 1 42 42 0 -1 4194560 100 0 0 0 250 150 0 0 20 0 9 0 12345 8192000 300 "
                + "18446744073709551615 1 1 0 0 0 0 0 4096 0 0 0 0 17 1 0 0 0 0 0\n",
            BootTime,
            4096
        );

        usage.CpuSeconds.ShouldBe(4);
        usage.StartTime.ShouldBe(BootTime + 123.45, 1e-6);
        usage.VirtualBytes.ShouldBe(8_192_000);
        usage.ResidentBytes.ShouldBe(300 * 4096);
    }

    [Fact]
    public void A_line_that_is_cut_short_is_an_error() =>
        Should.Throw<FormatException>(() => ProcessUsage.Parse("42 (agent) S 1 42", BootTime, 4096));

    [Fact]
    public void This_process_is_as_the_runtime_says()
    {
        using var process = Process.GetCurrentProcess();
        var before = process.TotalProcessorTime.TotalSeconds;

        var usage = ProcessUsage.Read().ShouldNotBeNull();

        // A tick is 10 ms.
        usage.CpuSeconds.ShouldBeGreaterThanOrEqualTo(before - 0.05);
        usage.StartTime.ShouldBe(new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0, 2);
        usage.ResidentBytes.ShouldBeGreaterThan(1 << 20);
        usage.VirtualBytes.ShouldBeGreaterThan(usage.ResidentBytes);
        usage.MostDescriptors.ShouldBeGreaterThanOrEqualTo(usage.OpenDescriptors);
        usage.MostVirtualBytes.ShouldBeGreaterThanOrEqualTo(usage.VirtualBytes);
        usage.OpenDescriptors.ShouldBeGreaterThan(2);
    }

    [Fact]
    public void Open_descriptors_are_counted()
    {
        // Other tests of this process open and close some, but never as many.
        const int More = 300;
        var before = ProcessUsage.Read().ShouldNotBeNull().OpenDescriptors;
        var opened = Enumerable.Range(0, More).Select(_ => File.OpenRead("/dev/null")).ToArray();
        try
        {
            ProcessUsage.Read().ShouldNotBeNull().OpenDescriptors.ShouldBe(before + More, More / 2.0);
        }
        finally
        {
            Array.ForEach(opened, file => file.Dispose());
        }
    }
}
