using k8s;
using k8s.Models;
using NetEdit.Agent.Tests.Cli;

namespace NetEdit.Agent.Tests.Packaging;

/// <summary>The manifests for Kubernetes, read by the types of its client.</summary>
public sealed class KubernetesManifestTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static readonly List<object> Objects = KubernetesYaml.LoadAllFromString(
        File.ReadAllText(Path.Combine(Repository.Root, "packaging/kubernetes/netedit.yaml")),
        strict: true
    );

    private static V1PodSpec Pod => One<V1DaemonSet>().Spec.Template.Spec;

    private static V1Container Container => Pod.Containers.ShouldHaveSingleItem();

    [Fact]
    public void All_are_in_the_namespace_that_they_make()
    {
        var name = One<V1Namespace>().Metadata.Name;

        Objects
            .OfType<IKubernetesObject<V1ObjectMeta>>()
            .Where(thing => thing is not V1Namespace)
            .Select(thing => thing.Metadata.NamespaceProperty)
            .ShouldAllBe(space => space == name);
        Objects.Count.ShouldBe(4);
    }

    [Fact]
    public void The_pod_has_what_the_agent_needs_of_the_host_and_no_token()
    {
        Pod.HostPID.ShouldBe(true);
        Pod.HostNetwork.ShouldBe(true);
        Container.SecurityContext.Privileged.ShouldBe(true);
        var host = Pod
            .Volumes.Where(volume => volume.HostPath is not null)
            .ToDictionary(volume => volume.Name, volume => volume.HostPath.Path);
        host.Values.Order(StringComparer.Ordinal)
            .ShouldBe(["/run/netedit", "/sys/fs/bpf", "/sys/fs/cgroup", "/var/lib/netedit"]);
        foreach (var mount in Container.VolumeMounts.Where(mount => host.ContainsKey(mount.Name)))
        {
            mount.MountPath.ShouldBe(host[mount.Name]);
        }

        One<V1ServiceAccount>().AutomountServiceAccountToken.ShouldBe(false);
        Pod.AutomountServiceAccountToken.ShouldBe(false);
        Pod.ServiceAccountName.ShouldBe(One<V1ServiceAccount>().Metadata.Name);
    }

    [Fact]
    public void Every_mount_has_its_volume_and_the_selector_finds_the_pods()
    {
        Container
            .VolumeMounts.Select(mount => mount.Name)
            .ShouldBe(Pod.Volumes.Select(volume => volume.Name), ignoreOrder: true);
        var set = One<V1DaemonSet>();
        set.Spec.Selector.MatchLabels.ShouldBeSubsetOf(set.Spec.Template.Metadata.Labels);
        Pod.Volumes.Single(volume => volume.ConfigMap is not null)
            .ConfigMap.Name.ShouldBe(One<V1ConfigMap>().Metadata.Name);
    }

    [Fact]
    public void Its_policies_are_valid_and_its_arguments_are_those_of_the_agent()
    {
        foreach (var (name, text) in One<V1ConfigMap>().Data)
        {
            File.WriteAllText(_directory.Combine(name), text);
        }

        NeteditInProcess.Run("validate", "--strict", _directory.Path).ExitCode.ShouldBe(0);
        var policies = Container.Args[Container.Args.IndexOf("--policies") + 1];
        Container.VolumeMounts.Select(mount => mount.MountPath).ShouldContain(policies);
        Container.Args[0].ShouldBe("agent");
        Container.LivenessProbe.HttpGet.Host.ShouldBe("127.0.0.1");
    }

    public void Dispose() => _directory.Dispose();

    private static T One<T>() => Objects.OfType<T>().ShouldHaveSingleItem();
}
