using System.Text.Json;

namespace NetEdit.Containers;

/// <summary>Writes messages, one a line.</summary>
/// <param name="output">Where to.</param>
public sealed class ContainerReporter(TextWriter output)
{
    private HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>Whether a container has been told.</summary>
    public bool Knows(string id) => _known.Contains(id);

    /// <summary>Tells that a container exists, or what has become of it.</summary>
    public void Tell(ContainerMessage container)
    {
        _known.Add(container.Container!);
        Write(container);
    }

    /// <summary>Tells that a container no longer exists.</summary>
    public void TellGone(string id)
    {
        if (_known.Remove(id))
        {
            Write(new ContainerMessage { Gone = id });
        }
    }

    /// <summary>Tells that all containers of the runtime have been told; those that are not among them are gone.</summary>
    public void TellListed(IReadOnlyCollection<string> ids)
    {
        foreach (var gone in _known.Except(ids).ToArray())
        {
            TellGone(gone);
        }

        _known = new HashSet<string>(ids, StringComparer.Ordinal);
        Write(new ContainerMessage { Listed = true });
    }

    /// <summary>Tells why the runtime cannot be asked.</summary>
    /// <param name="problem">What failed, and what to do.</param>
    /// <param name="isNotOffered">Whether the runtime does not offer the API at all.</param>
    public void TellProblem(string problem, bool isNotOffered = false) =>
        Write(new ContainerMessage { Problem = problem, IsNotOffered = isNotOffered });

    private void Write(ContainerMessage message)
    {
        output.WriteLine(JsonSerializer.Serialize(message, ContainerMessageJson.Default.ContainerMessage));
        output.Flush();
    }
}
