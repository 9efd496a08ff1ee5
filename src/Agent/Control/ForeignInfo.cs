using System.Text.Json.Serialization;
using NetEdit.Model;

namespace NetEdit.Agent.Control;

/// <summary>A program of others on a hook we use.</summary>
internal sealed record ForeignInfo(string Scope, string Hook, uint ProgramId, string Name, bool? RunsAfterOurs)
{
    /// <summary>The cgroup it is attached to, where that is below the scope; else null.</summary>
    public string? Below { get; init; }

    /// <summary>As it is shown.</summary>
    public static ForeignInfo Of(ForeignProgram program) =>
        new(program.Scope, program.Hook, program.ProgramId, program.Name, program.RunsAfterOurs)
        {
            Below = program.Below,
        };

    /// <summary>Where it is and what it may do, a clause for a person.</summary>
    [JsonIgnore]
    public string Place =>
        Below is not null
            ? $"at {Hook} of {Below} below it, runs before "
                + $"ours{(Hook == "sockops" ? ": where it returns 0, our answers are void" : "")}"
        : RunsAfterOurs == true ? $"at {Hook}, runs after ours"
        : $"at {Hook}";
}
