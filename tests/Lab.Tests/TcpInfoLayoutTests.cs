using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using NetEdit.Lab.Interop;

namespace NetEdit.Lab.Tests;

public sealed class TcpInfoLayoutTests
{
    [Fact]
    public void Offsets_are_those_of_the_C_header()
    {
        const string header = "/usr/include/linux/tcp.h";
        var declared = File.ReadAllText(header);
        var fields = typeof(TcpInfoLayout)
            .GetFields(BindingFlags.Instance | BindingFlags.Public)
            .Where(f => declared.Contains($"tcpi_{f.Name};", StringComparison.Ordinal))
            .Select(f => f.Name)
            .ToArray();
        fields.Length.ShouldBeGreaterThan(50);

        var program = new StringBuilder(
            "#include <stddef.h>\n#include <stdio.h>\n#include <linux/tcp.h>\nint main(void) {\n"
        );
        foreach (var field in fields)
        {
            program.Append(
                CultureInfo.InvariantCulture,
                $"printf(\"{field} %zu\\n\", offsetof(struct tcp_info, tcpi_{field}));\n"
            );
        }

        var expected = CProgram.Run(program.Append("}\n").ToString());
        string.Join('\n', fields.Select(f => $"{f} {OffsetOf(f)}")).ShouldBe(expected.Trim());
    }

    [Fact]
    public void Receive_window_ends_where_the_length_check_says() =>
        OffsetOf(nameof(TcpInfoLayout.rcv_wnd)).ShouldBe(232);

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
}
