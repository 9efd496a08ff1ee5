using System.Buffers;

namespace NetEdit.Model;

/// <summary>
/// The name of a container image in full: a registry, a repository, and a tag or a digest or both. Names are completed as
/// Docker completes them: without a registry, the image is from <c>docker.io</c>, and there a repository without a slash
/// is in <c>library</c>; with neither tag nor digest, the tag is <c>latest</c>.
/// </summary>
/// <param name="Repository">Registry and repository, as <c>docker.io/library/nginx</c>.</param>
/// <param name="Tag">The tag; null if only the digest is known.</param>
/// <param name="Digest">The digest of the manifest, as <c>sha256:…</c>; null if it is not known.</param>
public sealed record ImageName(string Repository, string? Tag, string? Digest)
{
    private const string Hub = "docker.io";
    private const string DefaultTag = "latest";
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>Returns the image that a runtime names; null if the text is the id of an image, or no name.</summary>
    public static ImageName? Find(string text)
    {
        var (repository, tag, digest) = Split(text);
        return repository.Length == 0 || tag?.Length == 0 || IsImageId(text)
            ? null
            : new ImageName(Complete(repository), tag ?? (digest is null ? DefaultTag : null), digest);
    }

    /// <summary>
    /// Returns whether a policy selects this image. A name without tag and digest selects all of them; a tag or a digest
    /// must be the same. If the name ends in <c>*</c>, it selects the images whose name, in full or as
    /// <see cref="ToString"/> gives it, begins so.
    /// </summary>
    public bool Matches(string pattern)
    {
        if (pattern.EndsWith('*'))
        {
            return Texts.Any(text => NamePattern.Matches(pattern, text));
        }

        var (repository, tag, digest) = Split(pattern);
        return string.Equals(Complete(repository), Repository, StringComparison.Ordinal)
            && (tag is null || string.Equals(tag, Tag, StringComparison.Ordinal))
            && (digest is null || string.Equals(digest, Digest, StringComparison.Ordinal));
    }

    /// <summary>Returns the image as people write it: <c>nginx:1.25</c>, <c>registry.example/team/web:7</c>.</summary>
    public override string ToString() => $"{Familiar}{(Tag is null ? "@" + Digest : ":" + Tag)}";

    private string Familiar
    {
        get
        {
            const string library = Hub + "/library/";
            return Repository.StartsWith(library, StringComparison.Ordinal) ? Repository[library.Length..]
                : Repository.StartsWith(Hub + "/", StringComparison.Ordinal) ? Repository[(Hub.Length + 1)..]
                : Repository;
        }
    }

    private IEnumerable<string> Texts =>
        from repository in new[] { Repository, Familiar }
        from suffix in new[] { Tag is null ? null : ":" + Tag, Digest is null ? null : "@" + Digest }
        where suffix is not null
        select repository + suffix;

    private static (string Repository, string? Tag, string? Digest) Split(string text)
    {
        string? digest = null;
        if (text.IndexOf('@', StringComparison.Ordinal) is var at and >= 0)
        {
            (text, digest) = (text[..at], text[(at + 1)..]);
        }

        // The port of a registry follows a colon, too.
        var colon = text.LastIndexOf(':');
        return colon > text.LastIndexOf('/') ? (text[..colon], text[(colon + 1)..], digest) : (text, null, digest);
    }

    private static string Complete(string repository)
    {
        var slash = repository.IndexOf('/', StringComparison.Ordinal);
        var first = slash < 0 ? "" : repository[..slash];
        if (first is "index.docker.io" or "registry-1.docker.io")
        {
            return Complete(Hub + repository[slash..]);
        }

        return first == Hub
            ? repository.LastIndexOf('/') == slash
                ? $"{Hub}/library{repository[slash..]}"
                : repository
            : first == "localhost" || first.AsSpan().IndexOfAny('.', ':') >= 0
                ? repository
                : slash < 0
                    ? $"{Hub}/library/{repository}"
                    : $"{Hub}/{repository}";
    }

    private static bool IsImageId(string text)
    {
        const int digits = 64;
        const string algorithm = "sha256:";
        var id = text.StartsWith(algorithm, StringComparison.Ordinal) ? text.AsSpan(algorithm.Length) : text;
        return id.Length == digits && id.IndexOfAnyExcept(HexDigits) < 0;
    }
}
