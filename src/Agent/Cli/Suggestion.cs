namespace NetEdit.Agent.Cli;

/// <summary>Finds what a misspelt word was meant to be.</summary>
internal static class Suggestion
{
    /// <summary>The nearest name, when it is at most two edits away, and fewer than the word is long.</summary>
    public static string? Nearest(string word, IEnumerable<string> names)
    {
        var best = names.Select(name => (Name: name, Distance: Distance(word, name))).MinBy(candidate => candidate.Distance);
        return best.Name is not null && best.Distance <= 2 && best.Distance < word.Length ? best.Name : null;
    }

    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(above, row[j - 1]) + 1, diagonal + (left[i - 1] == right[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
