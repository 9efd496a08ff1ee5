using NetEdit.Agent.Native;

namespace NetEdit.Agent.Host;

/// <summary>Finds out whose cgroups are.</summary>
/// <param name="mount">Where the cgroup v2 hierarchy is mounted.</param>
internal sealed class CgroupOwners(string mount)
{
    private readonly Dictionary<string, uint> _known = new(StringComparer.Ordinal);

    /// <summary>Gives the user who could have made a cgroup, and can freeze it: the owner of the uppermost one on its path that is not root's; 0 when all are root's.</summary>
    /// <param name="path">Path of the cgroup.</param>
    public uint Of(string path)
    {
        if (path.Length == 0)
        {
            return 0;
        }

        if (!_known.TryGetValue(path, out var owner))
        {
            owner = Of(path[..path.LastIndexOf('/')]) is var above and not 0
                ? above
                : SystemCalls.IdentityOf(mount + path)?.Owner ?? 0;
            _known.Add(path, owner);
        }

        return owner;
    }
}
