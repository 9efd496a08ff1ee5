namespace NetEdit.Agent.Tests;

public sealed class SourceTests
{
    private const int Columns = 120;
    private const int Lines = 300;

    /// <summary>CSharpier breaks code and leaves long texts alone. Comments and raw strings wrap where they read well.</summary>
    [Fact]
    public void No_line_of_code_exceeds_120_columns() =>
        Sources("src", "tests", "bench").SelectMany(TooLong).ShouldBeEmpty();

    /// <summary>A longer file is two things.</summary>
    /// <summary>A regression: on 5.10 a request socket's context was taken for a socket, and the kernel died of it.</summary>
    [Fact]
    public void No_sockops_program_reads_the_socket_but_by_netedit_sk() =>
        Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "bpf"), "*", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/probes/", StringComparison.Ordinal))
            .SelectMany(file => File.ReadLines(file).Select((line, index) => $"{file}:{index + 1}: {line}"))
            .Where(line =>
                line.Contains("ctx->sk;", StringComparison.Ordinal)
                || line.Contains("ctx->sk ", StringComparison.Ordinal)
            )
            .ShouldBeEmpty();

    [Fact]
    public void No_file_of_the_product_exceeds_300_lines() =>
        Sources("src").Where(file => File.ReadLines(file).Count() > Lines).ShouldBeEmpty();

    private static IEnumerable<string> Sources(params string[] parts) =>
        parts
            .SelectMany(part =>
                Directory.EnumerateFiles(Path.Combine(Repository.Root, part), "*.cs", SearchOption.AllDirectories)
            )
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal));

    private static IEnumerable<string> TooLong(string file)
    {
        var isRaw = false;
        foreach (var (index, line) in File.ReadLines(file).Index())
        {
            var wasRaw = isRaw;
            isRaw ^= line.Split("\"\"\"").Length % 2 == 0;
            if (line.Length > Columns && !wasRaw && !isRaw && !IsComment(line.TrimStart()))
            {
                yield return $"{file}:{index + 1}: {line.Length} columns";
            }
        }
    }

    private static bool IsComment(string line) =>
        line.StartsWith("//", StringComparison.Ordinal)
        || line.StartsWith("/*", StringComparison.Ordinal)
        || line.StartsWith('#');
}
