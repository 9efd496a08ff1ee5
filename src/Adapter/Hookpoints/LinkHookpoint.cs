using NetEdit.Model;

namespace NetEdit.Adapter.Hookpoints;

/// <summary>A place where a link holds a program, which may be attached in many places.</summary>
/// <param name="name">Name for messages: <c>sockops</c>.</param>
/// <param name="mechanism">The way of attaching here.</param>
internal abstract class LinkHookpoint(string name, LinkMechanism mechanism) : Hookpoint(name, mechanism)
{
    /// <summary>The way of attaching here.</summary>
    /// <exception cref="BpfException">The host does not have it.</exception>
    internal LinkMechanism ChooseLink(CapabilityReport capabilities)
    {
        _ = Choose(capabilities);
        return mechanism;
    }
}
