using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using NetEdit.PolicyEngine;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace NetEdit.Agent.Host;

/// <summary>What <c>host.yaml</c> says.</summary>
internal sealed record HostLabels(ImmutableSortedDictionary<string, string> Labels, ImmutableArray<PolicyError> Errors)
{
    /// <summary>Where the labels of this host are kept.</summary>
    public const string DefaultPath = "/etc/netedit/host.yaml";

    private const int MaximumBytes = 64 * 1024;
    private const int MaximumLabels = 256;
    private const int MaximumLength = 256;
    private const string Reserved = "netedit/";

    public static HostLabels None { get; } = new(ImmutableSortedDictionary<string, string>.Empty, []);

    /// <summary>Those of a host's labels that are set in the file, not discovered.</summary>
    public static ImmutableSortedDictionary<string, string> Own(ImmutableSortedDictionary<string, string> labels) =>
        labels.RemoveRange(labels.Keys.Where(label => label.StartsWith(Reserved, StringComparison.Ordinal)));

    /// <summary>Reads the file; a missing one has no labels.</summary>
    public static HostLabels Read(string path)
    {
        byte[] content;
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > MaximumBytes)
            {
                return Error(path, 0, 0, $"the file has {stream.Length} bytes; the limit is {MaximumBytes / 1024} KiB");
            }

            content = new byte[stream.Length];
            stream.ReadExactly(content);
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            return None;
        }
        catch (UnauthorizedAccessException)
        {
            return Error(path, 0, 0, "cannot be read: permission denied");
        }

        try
        {
            return Parse(path, new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(content));
        }
        catch (DecoderFallbackException)
        {
            return Error(path, 0, 0, "is not valid UTF-8");
        }
        catch (YamlException exception)
        {
            return Error(path, (int)exception.Start.Line, (int)exception.Start.Column, exception.Message);
        }
    }

    /// <summary>Walks the parser's events: no tree is built, so nesting and aliases cost nothing.</summary>
    private static HostLabels Parse(string path, string text)
    {
        var parser = new Parser(new StringReader(text));
        var errors = ImmutableArray.CreateBuilder<PolicyError>();
        var labels = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        parser.Consume<StreamStart>();
        if (parser.Accept<StreamEnd>(out _))
        {
            return None;
        }

        parser.Consume<DocumentStart>();
        if (parser.TryConsume<Scalar>(out var empty) && empty.Value.Length == 0)
        {
            return None;
        }

        if (!parser.TryConsume<MappingStart>(out _))
        {
            return Error(path, parser.Current!, "expected 'labels:' with a mapping of labels");
        }

        var seen = false;
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            if (!parser.TryConsume<Scalar>(out var key))
            {
                return Error(path, parser.Current!, "expected a key");
            }

            if (!string.Equals(key.Value, "labels", StringComparison.Ordinal))
            {
                Add(key, $"unknown key '{key.Value}'; the only key is 'labels'");
                parser.SkipThisAndNestedEvents();
            }
            else if (seen)
            {
                Add(key, "duplicate key 'labels'");
                parser.SkipThisAndNestedEvents();
            }
            else if (parser.TryConsume<MappingStart>(out _))
            {
                seen = true;
                ReadLabels();
            }
            else if (parser.Accept<Scalar>(out var nothing) && nothing.Value.Length == 0)
            {
                parser.MoveNext();
            }
            else
            {
                Add(parser.Current!, "expected a mapping of labels: role: web");
                parser.SkipThisAndNestedEvents();
            }
        }

        parser.Consume<DocumentEnd>();
        if (!parser.Accept<StreamEnd>(out _))
        {
            Add(parser.Current!, "only one document is allowed");
        }

        return new HostLabels(errors.Count == 0 ? labels.ToImmutable() : None.Labels, errors.ToImmutable());

        void ReadLabels()
        {
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                if (!parser.TryConsume<Scalar>(out var label))
                {
                    Add(parser.Current!, "expected the name of a label");
                    parser.SkipThisAndNestedEvents();
                    parser.SkipThisAndNestedEvents();
                    continue;
                }

                if (!parser.TryConsume<Scalar>(out var value))
                {
                    Add(parser.Current!, $"the label '{label.Value}' must be text");
                    parser.SkipThisAndNestedEvents();
                }
                else if (label.Value.Length is 0 or > MaximumLength || value.Value.Length > MaximumLength)
                {
                    Add(label, $"a label's name and value have at most {MaximumLength} characters, and its name at least one");
                }
                else if (label.Value.StartsWith(Reserved, StringComparison.Ordinal))
                {
                    Add(label, $"'{label.Value}': labels that start with '{Reserved}' are discovered, not set");
                }
                else if (!labels.TryAdd(label.Value, value.Value))
                {
                    Add(label, $"duplicate label '{label.Value}'");
                }
                else if (labels.Count > MaximumLabels)
                {
                    Add(label, $"more than {MaximumLabels} labels");
                    labels.Remove(label.Value);
                }
            }
        }

        void Add(ParsingEvent at, string message) => errors.Add(new PolicyError(path, (int)at.Start.Line, (int)at.Start.Column, message));
    }

    private static HostLabels Error(string path, ParsingEvent at, string message) => Error(path, (int)at.Start.Line, (int)at.Start.Column, message);

    private static HostLabels Error(string path, int line, int column, string message) =>
        new(None.Labels, [new PolicyError(path, line, column, string.Create(CultureInfo.InvariantCulture, $"{message}"))]);
}
