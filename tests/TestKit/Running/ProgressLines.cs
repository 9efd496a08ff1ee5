namespace NetEdit.TestKit;

/// <summary>Lines for whoever waits for a long test: what a test writes goes to a log.</summary>
public static class ProgressLines
{
    /// <summary>Writes a line where <c>test.sh</c> writes its own messages, if it runs this.</summary>
    public static void Tell(string text)
    {
        if (Environment.GetEnvironmentVariable("NETEDIT_PROGRESS") is { Length: > 0 } place)
        {
            try
            {
                File.AppendAllText(place, $"netedit:   {text}\n");
            }
            catch (Exception closed) when (closed is IOException or UnauthorizedAccessException)
            {
                // nobody listens
            }
        }
    }
}
