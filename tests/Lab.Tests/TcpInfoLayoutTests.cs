using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using NetEdit.Lab.Interop;
using Shouldly;
using Xunit;

namespace NetEdit.Lab.Tests;

public sealed class TcpInfoLayoutTests
{
    [Fact]
    public void Offsets_are_those_of_the_C_header()
    {
        const string header = "/usr/include/linux/tcp.h";
        var declared = File.ReadAllText(header);
        var fields = typeof(TcpInfoLayout).GetFields(BindingFlags.Instance | BindingFlags.Public)
            .Where(f => declared.Contains($"tcpi_{f.Name};", StringComparison.Ordinal))
            .Select(f => f.Name).ToArray();
        fields.Length.ShouldBeGreaterThan(50);

        var program = new StringBuilder("#include <stddef.h>\n#include <stdio.h>\n#include <linux/tcp.h>\nint main(void) {\n");
        foreach (var field in fields)
        {
            program.Append(CultureInfo.InvariantCulture, $"printf(\"{field} %zu\\n\", offsetof(struct tcp_info, tcpi_{field}));\n");
        }

        var expected = CompileAndRun(program.Append("}\n").ToString());
        string.Join('\n', fields.Select(f => $"{f} {OffsetOf(f)}")).ShouldBe(expected.Trim());
    }

    [Fact]
    public void Receive_window_ends_where_the_length_check_says() => OffsetOf(nameof(TcpInfoLayout.rcv_wnd)).ShouldBe(232);

    // Sequential and blittable: the layout is the field order with natural alignment, which a field's address shows.
    private static unsafe int OffsetOf(string field)
    {
        TcpInfoLayout layout = default;
        object boxed = layout;
        var info = typeof(TcpInfoLayout).GetField(field)!;
        info.SetValue(boxed, Convert.ChangeType(0xAB, info.FieldType, CultureInfo.InvariantCulture));
        layout = (TcpInfoLayout)boxed;
        return MemoryMarshal.AsBytes(new Span<TcpInfoLayout>(ref layout)).IndexOf((byte)0xAB);
    }

    private static string CompileAndRun(string source)
    {
        var directory = Directory.CreateTempSubdirectory("netedit-layout-");
        try
        {
            var file = Path.Combine(directory.FullName, "offsets.c");
            var binary = Path.Combine(directory.FullName, "offsets");
            File.WriteAllText(file, source);
            Run(Compiler(), "-o", binary, file);
            return Run(binary);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static string Compiler()
    {
        var directories = (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin").Split(':');
        string[] names = ["cc", "gcc", "clang", "clang-19", "clang-18", "clang-17", "clang-16", "clang-15", "clang-14"];
        return names.SelectMany(n => directories.Select(d => Path.Combine(d, n))).First(File.Exists);
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
        return output;
    }
}
