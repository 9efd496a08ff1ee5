namespace NetEdit.PolicyEngine;

/// <summary>Collects the errors of one file.</summary>
internal sealed class FileErrors(string file)
{
    private readonly List<PolicyError> _errors = [];
    private int _unlisted;

    /// <summary>The file, as it was named.</summary>
    public string File { get; } = file;

    /// <summary>How many errors there are.</summary>
    public int Count => _errors.Count + _unlisted;

    /// <summary>The errors; a file that is wrong all over is cut short, with a last error that says so.</summary>
    public IEnumerable<PolicyError> All =>
        _unlisted == 0
            ? _errors
            : _errors.Append(
                new PolicyError(File, _errors[^1].Line, _errors[^1].Column, $"and {_unlisted} more errors in this file")
            );

    /// <summary>Adds an error at a node.</summary>
    public void Add(YamlNode at, string message) => Add(at.Line, at.Column, message);

    /// <summary>Adds an error at a position; line 0 for the file as a whole.</summary>
    public void Add(int line, int column, string message)
    {
        if (_errors.Count < PolicyLimits.ErrorsPerFile)
        {
            _errors.Add(new PolicyError(File, line, column, message));
        }
        else
        {
            _unlisted++;
        }
    }
}
