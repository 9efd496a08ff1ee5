using System.Collections.Immutable;
using NetEdit.EndToEnd.Tests;
using NetEdit.Lab;
using Shouldly;

namespace NetEdit.Kernels.Guest;

/// <summary>Instruction counts of what is loaded for policies.</summary>
internal static class ProgramSizes
{
    /// <summary>The programs of one chain of all features.</summary>
    public static ImmutableArray<ProgramSize> OfAll(IEnumerable<FeatureCheck> features)
    {
        using var scene = new Scene();
        var before = KernelProgram.List().Select(program => program.Id).ToHashSet();
        scene.Write("all.yaml", Yaml.Policy("all", scene.Cgroup.Path, string.Join('\n', features.Select(check => $"{check.Feature}: {check.Tuning}"))));
        var applied = scene.RunWithPolicies("apply");
        applied.ExitCode.ShouldBe(0, applied.ToString());
        return
        [
            .. KernelProgram.List()
                .Where(program => !before.Contains(program.Id))
                .GroupBy(program => program.Type == "struct_ops" ? "congestion control" : program.Name)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new ProgramSize(
                    group.Key,
                    group.Sum(program => program.Instructions),
                    group.Any(program => program.VerifiedInstructions == 0) ? null : group.Sum(program => program.VerifiedInstructions))),
        ];
    }
}
