using NetEdit.Agent.Native;

namespace NetEdit.Agent.Plugins;

/// <summary>Decides whether code may be loaded from a place: only from where nobody but root and the current user can write.</summary>
internal static class PluginDirectory
{
    /// <summary>Why a directory or file must not be trusted; null when it may be.</summary>
    public static string? Distrust(string path)
    {
        const int writableByOthers = 0b010_010;
        if (Libc.Stat(path) is not var (owner, mode))
        {
            return $"'{path}' is gone";
        }

        if ((mode & writableByOthers) != 0)
        {
            return $"'{path}' can be written by its group or by others; take the permission away with: chmod go-w '{path}'";
        }

        return owner is 0 || owner == Libc.EffectiveUserId()
            ? null
            : $"'{path}' belongs to user {owner}; plugins must belong to root or to the current user";
    }
}
