using NetEdit.Agent.Native;

namespace NetEdit.Agent.Policies;

/// <summary>
/// Tells an entry that does not exist from one that cannot be reached: a link on the way may lead to what is only not mounted.
/// </summary>
internal static class BrokenLink
{
    /// <summary>What is wrong with a path that leads nowhere, a clause without its subject; null when there really is nothing.</summary>
    public static string? On(string path)
    {
        for (
            var step = Path.GetFullPath(path);
            step is not null && SystemCalls.Kind(step, out _) is null;
            step = Path.GetDirectoryName(step)
        )
        {
            if (new FileInfo(step).LinkTarget is { } target)
            {
                return step == Path.GetFullPath(path)
                    ? $"is a link to {target}, which does not exist"
                    : $"cannot be reached: {step} is a link to {target}, which does not exist";
            }
        }

        return null;
    }
}
