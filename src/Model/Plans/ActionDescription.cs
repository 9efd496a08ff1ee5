namespace NetEdit.Model;

/// <summary>
/// An action described in words. Plans, progress reports, the log and error messages all use this description.
/// </summary>
/// <param name="Sign">
/// <c>+</c> if the action creates something, <c>~</c> if it changes something, <c>-</c> if it removes something.
/// </param>
/// <param name="Verb">What the action does, such as <c>attach</c>.</param>
/// <param name="Object">The kind of object, such as <c>chain</c>.</param>
/// <param name="Target">The object itself, such as <c>/web.slice</c>.</param>
/// <param name="Detail">What the object holds; may be empty.</param>
public sealed record ActionDescription(char Sign, string Verb, string Object, string Target, string Detail = "")
{
    /// <summary>Describes an action that creates something.</summary>
    public static ActionDescription Create(string verb, string of, string target, string detail = "") =>
        new('+', verb, of, target, detail);

    /// <summary>Describes an action that changes something.</summary>
    public static ActionDescription Change(string verb, string of, string target, string detail = "") =>
        new('~', verb, of, target, detail);

    /// <summary>Describes an action that removes something.</summary>
    public static ActionDescription Remove(string verb, string of, string target, string detail = "") =>
        new('-', verb, of, target, detail);

    /// <summary>Returns one line, such as <c>write profile 00c0ffee00c0ffee (initial-cwnd by web)</c>.</summary>
    public override string ToString() => $"{Verb} {Object} {Target}{(Detail.Length == 0 ? "" : $" ({Detail})")}";
}
