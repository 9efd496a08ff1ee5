namespace NetEdit.Model;

/// <summary>Formats numbers together with their nouns.</summary>
public static class Plural
{
    /// <summary>Writes <c>1 file</c>, <c>2 files</c>, <c>2 policies</c>.</summary>
    public static string Count(int count, string noun) =>
        count == 1 ? $"1 {noun}"
        : noun.EndsWith('y') ? $"{count} {noun[..^1]}ies"
        : noun.EndsWith('s') ? $"{count} {noun}es"
        : $"{count} {noun}s";
}
