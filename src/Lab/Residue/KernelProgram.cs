using System.Collections.Immutable;
using NetEdit.Lab.Interop;

namespace NetEdit.Lab;

/// <summary>A BPF program the kernel holds.</summary>
/// <param name="Id">The kernel's number of it.</param>
/// <param name="Name">Name, at most 15 characters.</param>
/// <param name="Type">Its type: <c>sock_ops</c>.</param>
/// <param name="Instructions">Instructions after verification: rewritten for this kernel, without what is never reached.</param>
/// <param name="VerifiedInstructions">Instructions the verifier looked at, each as often as it did; 0 before Linux 5.16.</param>
public sealed record KernelProgram(uint Id, string Name, string Type, int Instructions, int VerifiedInstructions)
{
    /// <summary>Every program of the kernel, by id.</summary>
    /// <exception cref="LabException">No permission to list BPF objects.</exception>
    public static ImmutableArray<KernelProgram> List() =>
        [
            .. BpfObjects
                .List(BpfObjectKind.Program)
                .Select(program => new KernelProgram(
                    program.Id,
                    program.Name,
                    KernelResidue.ProgramType(program.Type),
                    program.Instructions,
                    program.VerifiedInstructions
                )),
        ];
}
