namespace NetEdit.PolicyEngine;

/// <summary>A node of a YAML document and where it begins.</summary>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
internal abstract record YamlNode(int Line, int Column)
{
    /// <summary>Whether nothing is written where the value should be (also <c>~</c> and <c>null</c>).</summary>
    public virtual bool IsNull => false;
}

/// <summary>A scalar.</summary>
internal sealed record YamlScalar(string Text, bool IsPlain, int Line, int Column) : YamlNode(Line, Column)
{
    public override bool IsNull => IsPlain && (Text is "" or "~" or "null" or "Null" or "NULL");
}

/// <summary>A list.</summary>
internal sealed record YamlList(List<YamlNode> Items, int Line, int Column) : YamlNode(Line, Column);

/// <summary>A mapping, its keys in the order of the file; a key may be there twice.</summary>
internal sealed record YamlMap(List<(YamlScalar Key, YamlNode Value)> Entries, int Line, int Column)
    : YamlNode(Line, Column);

/// <summary>Something that was refused and reported already.</summary>
internal sealed record YamlRefused(int Line, int Column) : YamlNode(Line, Column);
