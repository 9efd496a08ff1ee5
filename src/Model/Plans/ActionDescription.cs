namespace NetEdit.Model;

/// <summary>An action in words. Plans, progress, the log and errors show the same ones.</summary>
/// <param name="Sign"><c>+</c> creates, <c>~</c> changes, <c>-</c> removes.</param>
/// <param name="Verb">What is done: <c>attach</c>.</param>
/// <param name="Object">The kind of object: <c>chain</c>.</param>
/// <param name="Target">Which one: <c>/web.slice</c>.</param>
/// <param name="Detail">What it holds; may be empty.</param>
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

    /// <summary>One line: <c>write profile 00c0ffee00c0ffee (initial-cwnd by web)</c>.</summary>
    public override string ToString() => $"{Verb} {Object} {Target}{(Detail.Length == 0 ? "" : $" ({Detail})")}";
}
