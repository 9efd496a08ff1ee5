using System.Globalization;
using NetEdit.Lab;
using NetEdit.Testing;
using Shouldly;
using Xunit;

namespace NetEdit.EndToEnd.Tests;

/// <summary>Which sockets a policy is for, and until when.</summary>
[Collection(KernelCollection.Name)]
public sealed class TargetingTests
{
    [KernelFact]
    public void A_policy_of_a_unit_finds_its_cgroup_wherever_it_comes_to_be()
    {
        using var scene = new Scene();
        using var slice = scene.Cgroup.CreateChild("ne-test.slice");
        var unit = "ne-" + Guid.NewGuid().ToString("N")[..8] + ".service";
        scene.Write("web.yaml", $"apiVersion: netedit/v1\nkind: TuningPolicy\nmetadata: {{ name: web }}\nspec:\n  scope: {{ unit: {unit} }}\n  tuning: {{ initial-cwnd: {{ segments: 40 }} }}\n");
        var agent = scene.StartAgent();
        ((string?)agent.Status()["policies"]![0]!["state"]).ShouldBe("Waiting");
        scene.Window(slice).ShouldBe(10);

        using (var service = slice.CreateChild(unit))
        {
            agent.WaitFor(() => scene.Window(service) == 40, "the unit's cgroup came");
            scene.Window(slice).ShouldBe(10, "beside the unit");
            agent.WaitFor(() => (string?)agent.Status()["policies"]![0]!["scope"] == service.Path, "the pass that attached it is over");
        }

        agent.WaitFor(() => (string?)agent.Status()["policies"]![0]!["state"] == "Waiting", "the unit stopped");
    }

    [KernelFact]
    public void A_policy_that_ends_is_gone_without_a_push()
    {
        using var scene = new Scene();
        var end = TimeProvider.System.GetUtcNow().AddSeconds(6).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        scene.Write("web.yaml", $"apiVersion: netedit/v1\nkind: TuningPolicy\nmetadata: {{ name: web }}\nspec:\n  until: {end}\n  scope: {{ cgroup: {scene.Cgroup.Path} }}\n  tuning: {{ initial-cwnd: {{ segments: 40 }} }}\n");
        var agent = scene.StartAgent();
        scene.Window().ShouldBe(40);

        agent.WaitFor(() => (string?)agent.Status()["policies"]![0]!["state"] == "Expired", "the policy ended");
        scene.Window().ShouldBe(10);
        Directory.Exists(scene.Pins).ShouldBeFalse("nothing is left of the only policy");
    }
}
