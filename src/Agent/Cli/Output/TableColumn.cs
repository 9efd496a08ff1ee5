namespace NetEdit.Agent.Cli.Output;

/// <summary>What becomes of a column where a terminal is too narrow for the table.</summary>
internal enum ColumnKind
{
    /// <summary>Stays as it is; shortened only as a last resort, and the first column never.</summary>
    Key,

    /// <summary>Shortened in the middle: the start and the end of a path tell most.</summary>
    Path,

    /// <summary>Wraps beside the other columns or, where these leave too little room, stands below the row.</summary>
    Detail,
}

/// <summary>A column of a table.</summary>
/// <param name="Heading">Its heading.</param>
/// <param name="Kind">What becomes of it on a narrow terminal.</param>
internal sealed record TableColumn(string Heading, ColumnKind Kind = ColumnKind.Key)
{
    public static TableColumn Path(string heading) => new(heading, ColumnKind.Path);

    public static TableColumn Detail(string heading) => new(heading, ColumnKind.Detail);

    public static implicit operator TableColumn(string heading) => new(heading);
}
