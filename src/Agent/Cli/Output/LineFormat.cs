namespace NetEdit.Agent.Cli.Output;

/// <summary>Form of an output that goes on: text, or an object of JSON a line.</summary>
internal enum LineFormat
{
    Text,
    Json,
}
