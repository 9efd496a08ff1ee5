namespace NetEdit.Containers;

/// <summary>Bounds on what is told about containers, and how often.</summary>
public static class ContainerLimits
{
    /// <summary>Bytes of a message.</summary>
    public const int MessageBytes = 256 * 1024;

    /// <summary>Containers of a runtime.</summary>
    public const int Containers = 8192;

    /// <summary>Labels of a container.</summary>
    public const int Labels = 256;

    /// <summary>Characters of a name, an image, or a key or value of a label; policies name no longer ones.</summary>
    public const int Characters = 512;

    /// <summary>Events that wait to be looked at; the next list finds those that did not fit.</summary>
    public const int WaitingEvents = 1024;

    /// <summary>Time between two lists, which find what no event told, and show that the runtime still answers.</summary>
    public static readonly TimeSpan ListInterval = TimeSpan.FromSeconds(30);
}
