using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace NetEdit.PolicyEngine;

/// <summary>
/// Reads the documents of a file into nodes with positions. The parser's events are walked one by one and never handed to
/// a deserializer: that one overflows the stack on deep nesting, and no program survives a stack overflow.
/// </summary>
internal sealed class YamlDocuments
{
    private readonly string _text;
    private readonly Scanner _scanner;
    private readonly Parser _parser;
    private readonly FileErrors _errors;

    private YamlDocuments(string text, FileErrors errors)
    {
        _text = text;
        _scanner = new Scanner(new StringReader(text));
        _parser = new Parser(_scanner);
        _errors = errors;
    }

    /// <summary>The roots of the documents that are not empty, up to the first syntax error.</summary>
    public static List<YamlNode> Read(string text, FileErrors errors) => new YamlDocuments(text, errors).Read();

    private List<YamlNode> Read()
    {
        var roots = new List<YamlNode>();
        try
        {
            while (Next() is not StreamEnd)
            {
                if (_parser.Current is DocumentStart)
                {
                    Next();
                    var root = ReadNode(depth: 1);
                    if (!root.IsNull)
                    {
                        roots.Add(root);
                    }
                }
            }
        }
        catch (YamlException e)
        {
            if (FindTab((int)_scanner.CurrentPosition.Line) is (var line, var column))
            {
                _errors.Add(line, column, "a tab in the indentation; use spaces");
            }
            else
            {
                _errors.Add((int)e.Start.Line, (int)e.Start.Column, "not valid YAML: " + e.Message.TrimEnd('.'));
            }
        }

        return roots;
    }

    // The parser takes a tab for something else, and stops later, with a message about that.
    private (int Line, int Column)? FindTab(int last)
    {
        var number = 0;
        foreach (var line in _text.AsSpan().EnumerateLines())
        {
            if (++number > last)
            {
                break;
            }

            var content = line.TrimStart(" \t");
            var tab = line[..^content.Length].IndexOf('\t');
            if (tab >= 0 && !content.IsEmpty && content[0] != '#')
            {
                return (number, tab + 1);
            }
        }

        return null;
    }

    private ParsingEvent Next()
    {
        try
        {
            if (_parser.MoveNext())
            {
                return _parser.Current!;
            }
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // What the scanner lets slip on some malformed input: an escape outside Unicode, an empty tag, a broken flow mapping.
            throw new YamlException(
                _scanner.CurrentPosition,
                _scanner.CurrentPosition,
                "found something unexpected",
                e
            );
        }

        throw new YamlException(_scanner.CurrentPosition, _scanner.CurrentPosition, "unexpected end");
    }

    // Reads the node that begins at the current event; leaves the parser at its last event.
    private YamlNode ReadNode(int depth)
    {
        var start = _parser.Current!;
        var (line, column) = ((int)start.Start.Line, (int)start.Start.Column);
        if (depth > PolicyLimits.Depth)
        {
            throw new YamlException(start.Start, start.End, $"more than {PolicyLimits.Depth} levels of nesting");
        }

        if (start is AnchorAlias)
        {
            _errors.Add(line, column, "aliases are not allowed; write the value out");
            return new YamlRefused(line, column);
        }

        if (start is NodeEvent node)
        {
            RefuseDecorations(node, line, column);
        }

        return start switch
        {
            Scalar scalar => new YamlScalar(scalar.Value, scalar.Style == ScalarStyle.Plain, line, column),
            SequenceStart => new YamlList(ReadItems(depth), line, column),
            MappingStart => new YamlMap(ReadEntries(depth), line, column),
            _ => throw new YamlException(start.Start, start.End, "found something unexpected"),
        };
    }

    private List<YamlNode> ReadItems(int depth)
    {
        var items = new List<YamlNode>();
        while (Next() is not SequenceEnd)
        {
            items.Add(ReadNode(depth + 1));
        }

        return items;
    }

    private List<(YamlScalar Key, YamlNode Value)> ReadEntries(int depth)
    {
        var entries = new List<(YamlScalar Key, YamlNode Value)>();
        while (Next() is not MappingEnd)
        {
            var key = ReadNode(depth + 1);
            Next();
            var value = ReadNode(depth + 1);
            if (key is YamlScalar scalar)
            {
                entries.Add((scalar, value));
            }
            else if (key is not YamlRefused)
            {
                _errors.Add(key, "a key must be a word");
            }
        }

        return entries;
    }

    private void RefuseDecorations(NodeEvent node, int line, int column)
    {
        if (!node.Anchor.IsEmpty)
        {
            _errors.Add(line, column, "anchors are not allowed");
        }

        if (!node.Tag.IsEmpty)
        {
            _errors.Add(line, column, "tags are not allowed");
        }
    }
}
