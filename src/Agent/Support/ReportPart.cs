namespace NetEdit.Agent.Support;

/// <summary>A file of a support report.</summary>
/// <param name="Name">Its path in the archive.</param>
/// <param name="Text">What it holds.</param>
internal sealed record ReportPart(string Name, string Text)
{
    /// <summary>A longer text is cut, in characters.</summary>
    public const int MostCharacters = 4 << 20;

    private const string Failure = ".failed.txt";

    /// <summary>Whether it only says why there is none.</summary>
    public bool HasFailed => Name.EndsWith(Failure, StringComparison.Ordinal);

    /// <summary>Makes a part. A failure is a part as well: a file whose name ends in <c>.failed.txt</c> and that says why.</summary>
    /// <param name="name">Its path.</param>
    /// <param name="make">Makes its text.</param>
    public static ReportPart Of(string name, Func<string> make)
    {
        try
        {
            var text = make();
            return new ReportPart(
                name,
                text.Length <= MostCharacters
                    ? text
                    : $"{text[..MostCharacters]}\n[cut: {text.Length - MostCharacters} more characters]\n"
            );
        }
#pragma warning disable CA1031 // Whatever is wrong with a host, the rest of the report is what helps to find it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return new ReportPart(name + Failure, $"{exception.GetType().Name}: {exception.Message}\n");
        }
    }
}
