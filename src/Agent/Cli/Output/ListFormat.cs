namespace NetEdit.Agent.Cli.Output;

/// <summary>Form of the output of <c>get</c>.</summary>
internal enum ListFormat
{
    Table,

    /// <summary>The table, with more columns and whole paths.</summary>
    Wide,
    Json,
    Yaml,

    /// <summary>One name a line.</summary>
    Name,
}
