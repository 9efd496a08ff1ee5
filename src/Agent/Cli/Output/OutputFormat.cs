using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace NetEdit.Agent.Cli.Output;

/// <summary>Form of a verb's data.</summary>
internal enum OutputFormat
{
    Table,
    Json,
    Yaml,
}

/// <summary>Writes a verb's data in the form that was asked for.</summary>
internal static class OutputExtensions
{
    /// <summary>The option <c>-o</c>.</summary>
    public static ChoiceOption<OutputFormat> CreateOption() => new("--output", "Form of the output", "-o");

    /// <summary>Writes the data.</summary>
    /// <param name="console">Where to.</param>
    /// <param name="format">In which form.</param>
    /// <param name="data">The data.</param>
    /// <param name="type">How it is written as JSON; YAML holds the same.</param>
    /// <param name="table">Writes it for a person.</param>
    public static void Write<T>(
        this CliConsole console,
        OutputFormat format,
        T data,
        JsonTypeInfo<T> type,
        Action<TextWriter> table
    )
    {
        switch (format)
        {
            case OutputFormat.Json:
                console.Out.WriteLine(JsonSerializer.Serialize(data, type));
                break;
            case OutputFormat.Yaml:
                YamlOutput.Write(console.Out, JsonSerializer.SerializeToElement(data, type));
                break;
            default:
                table(console.Out);
                break;
        }
    }
}
