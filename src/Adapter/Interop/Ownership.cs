namespace NetEdit.Adapter.Interop;

/// <summary>What becomes of something that holds a kernel object while what comes next may throw: it is closed, because nobody else has it yet.</summary>
internal static class Ownership
{
    /// <summary>Makes something of it that owns it from then on. When that throws, it is disposed of.</summary>
    internal static TResult TransferTo<T, TResult>(this T made, Func<T, TResult> next)
        where T : IDisposable
    {
        try
        {
            return next(made);
        }
        catch
        {
            made.Dispose();
            throw;
        }
    }

    /// <summary>Keeps it when it is the right one. When it is not, or looking throws, it is disposed of.</summary>
    internal static T? DisposeUnless<T>(this T made, Func<T, bool> isRight)
        where T : class, IDisposable
    {
        if (made.TransferTo(isRight))
        {
            return made;
        }

        made.Dispose();
        return null;
    }
}
