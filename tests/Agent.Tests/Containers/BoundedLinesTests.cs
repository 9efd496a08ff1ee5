using System.Text;
using NetEdit.Agent.Containers;

namespace NetEdit.Agent.Tests.Containers;

public sealed class BoundedLinesTests
{
    [Fact]
    public async Task Lines_are_read_one_after_the_other_however_they_arrive()
    {
        var second = new string('b', 9000);
        var lines = new BoundedLines(new Drops(Encoding.UTF8.GetBytes($"a\n\n{second}\nunfinished")), 10_000);

        (await lines.ReadAsync(default)).ShouldBe("a");
        (await lines.ReadAsync(default)).ShouldBe("");
        (await lines.ReadAsync(default)).ShouldBe(second);
        (await lines.ReadAsync(default)).ShouldBeNull();
    }

    [Fact]
    public async Task A_line_without_end_is_refused()
    {
        var lines = new BoundedLines(new Drops(new byte[20_000]), 10_000);

        (await Should.ThrowAsync<InvalidDataException>(() => lines.ReadAsync(default))).Message.ShouldBe(
            "a line is longer than 10000 bytes"
        );
    }

    /// <summary>Gives 7 bytes at a time.</summary>
    private sealed class Drops(byte[] content) : MemoryStream(content)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(7, buffer.Length)], cancellationToken);
    }
}
