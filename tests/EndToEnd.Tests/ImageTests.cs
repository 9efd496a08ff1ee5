namespace NetEdit.EndToEnd.Tests;

/// <summary>The OCI image, run by a runtime with the namespaces and mounts of <c>packaging/kubernetes/netedit.yaml</c>.</summary>
[Trait(TestDepth.Trait, TestDepth.Deep)]
public sealed class ImageTests(ContainerImage image) : IClassFixture<ContainerImage>
{
    [KernelFact]
    public void It_tunes_the_host_leaves_the_tuning_when_it_ends_and_takes_it_away_when_it_is_told()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using (var container = image.Start(scene, Agent(scene)))
        {
            container.WaitFor(() => scene.Window() == 40, "new connections begin with 40 segments");
            scene.Run("status", "--socket", scene.Socket).Output.ShouldContain("web     Active");
            container.Stop().ExitCode.ShouldBe(0);
        }

        scene.Window().ShouldBe(40);

        Directory.Delete(scene.Policies, recursive: true);
        Directory.CreateDirectory(scene.Policies);
        using var last = image.Start(scene, [.. Agent(scene), "--allow-empty"]);
        last.WaitFor(() => scene.Window() == 10, "new connections begin with the kernel's 10 segments");
        last.Stop().ExitCode.ShouldBe(0);
    }

    [KernelFact]
    public void Without_the_bpf_file_system_of_the_host_it_ends_and_says_so()
    {
        using var scene = new Scene();
        scene.WriteWindow(40);
        using var container = image.Start(scene, Agent(scene), hasBpf: false);

        var outcome = container.WaitForExit();

        outcome.ExitCode.ShouldNotBe(0);
        (outcome.Output + outcome.Errors).ShouldContain("the BPF file system of the host cannot be seen");
        scene.Window().ShouldBe(10);
    }

    [Fact]
    public void Two_images_of_a_commit_have_the_same_bytes() =>
        File.ReadAllBytes(image.Build("again")).ShouldBe(File.ReadAllBytes(image.Archive));

    private static string[] Agent(Scene scene) =>
        [
            "agent",
            "--policies",
            scene.Policies,
            "--ledger",
            scene.Ledger,
            "--state",
            scene.State,
            "--socket",
            scene.Socket,
            "--no-http",
        ];
}
