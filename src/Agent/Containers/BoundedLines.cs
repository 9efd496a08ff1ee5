using System.Text;

namespace NetEdit.Agent.Containers;

/// <summary>Reads lines of bounded length.</summary>
/// <param name="stream">Where from.</param>
/// <param name="longest">Most bytes of a line.</param>
internal sealed class BoundedLines(Stream stream, int longest)
{
    private byte[] _buffer = new byte[Math.Min(longest, 4096)];
    private int _length;

    /// <summary>Reads a line; null at the end of the stream. A last line without an end is none.</summary>
    /// <exception cref="InvalidDataException">A line is too long.</exception>
    public async Task<string?> ReadAsync(CancellationToken cancel)
    {
        var searched = 0;
        while (true)
        {
            var end = Array.IndexOf(_buffer, (byte)'\n', searched, _length - searched);
            if (end >= 0)
            {
                var line = Encoding.UTF8.GetString(_buffer, 0, end);
                _length -= end + 1;
                Array.Copy(_buffer, end + 1, _buffer, 0, _length);
                return line;
            }

            searched = _length;
            if (_length == _buffer.Length)
            {
                if (_length >= longest)
                {
                    throw new InvalidDataException($"a line is longer than {longest} bytes");
                }

                Array.Resize(ref _buffer, Math.Min(longest, 2 * _buffer.Length));
            }

            var read = await stream.ReadAsync(_buffer.AsMemory(_length), cancel);
            if (read == 0)
            {
                return null;
            }

            _length += read;
        }
    }
}
