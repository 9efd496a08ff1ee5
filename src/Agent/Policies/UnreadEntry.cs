namespace NetEdit.Agent.Policies;

/// <summary>
/// An entry of a policy directory that gives no policy, and why: nothing there is passed over without a word.
/// </summary>
/// <param name="Path">Its path, below the directory as the user named it.</param>
/// <param name="Reason">Why, as a sentence without its subject: <c>its name begins with a dot</c>.</param>
internal sealed record UnreadEntry(string Path, string Reason)
{
    /// <summary>The entry in one line.</summary>
    public override string ToString() => $"{Path}: {Reason}";
}
