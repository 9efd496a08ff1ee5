namespace NetEdit.Lab;

/// <summary>The mounts this process sees.</summary>
internal static class MountTable
{
    /// <summary>Mount points of a file system type, in the order of mounting.</summary>
    public static List<string> Find(string type)
    {
        var result = new List<string>();
        foreach (var line in File.ReadLines("/proc/self/mountinfo"))
        {
            // "31 23 0:28 / /mount/point options [tags] - type source options"
            var fields = line.Split(' ');
            var dash = Array.IndexOf(fields, "-");
            if (dash > 4 && fields.Length > dash + 1 && string.Equals(fields[dash + 1], type, StringComparison.Ordinal))
            {
                result.Add(fields[4].Replace("\\040", " ", StringComparison.Ordinal));
            }
        }

        return result;
    }
}
