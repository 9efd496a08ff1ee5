using System.Collections.Immutable;

namespace NetEdit.TestKit;

/// <summary>A fenced block of code in a Markdown page.</summary>
/// <param name="Page">The page's path in the repository.</param>
/// <param name="Line">The line of the opening fence, from 1.</param>
/// <param name="Info">The text after the opening fence, such as <c>yaml</c>.</param>
/// <param name="Text">The lines between the fences, each with its line feed.</param>
public sealed record FencedBlock(string Page, int Line, string Info, string Text)
{
    private const string Fence = "```";

    /// <summary>Reads the blocks of README.md and of every page in docs.</summary>
    public static ImmutableArray<FencedBlock> OfAllPages() =>
        [
            .. Directory
                .GetFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
                .Prepend(Path.Combine(Repository.Root, "README.md"))
                .Select(path => Path.GetRelativePath(Repository.Root, path))
                .Order(StringComparer.Ordinal)
                .SelectMany(page => OfPage(page)),
        ];

    /// <summary>Reads the blocks of one page.</summary>
    /// <param name="page">The page's path in the repository.</param>
    /// <exception cref="InvalidDataException">A fence is indented, made of tildes, or not closed.</exception>
    public static ImmutableArray<FencedBlock> OfPage(string page)
    {
        var blocks = ImmutableArray.CreateBuilder<FencedBlock>();
        FencedBlock? open = null;
        foreach (var (index, line) in File.ReadLines(Path.Combine(Repository.Root, page)).Index())
        {
            var isFence = line.StartsWith(Fence, StringComparison.Ordinal);
            if (!isFence && line.TrimStart() is ['`', '`', '`', ..] or ['~', '~', '~', ..])
            {
                throw new InvalidDataException($"{page}:{index + 1}: a fence must be {Fence} at the start of its line");
            }

            switch (isFence, open)
            {
                case (true, null):
                    open = new FencedBlock(page, index + 1, line[Fence.Length..].Trim(), "");
                    break;
                case (true, { } whole):
                    blocks.Add(whole);
                    open = null;
                    break;
                case (false, { } part):
                    open = part with { Text = part.Text + line + "\n" };
                    break;
            }
        }

        return open is null
            ? blocks.ToImmutable()
            : throw new InvalidDataException($"{page}:{open.Line}: no fence closes this block");
    }

    /// <summary>Returns the place as <c>page:line</c>, for messages of tests.</summary>
    public override string ToString() => $"{Page}:{Line}";
}
