using System.Globalization;
using NetEdit.Model;

namespace NetEdit.Features.Tests;

/// <summary>The sysctls a policy may name: what is refused, and what this kernel says of the others.</summary>
[Collection<KernelCollection>]
public sealed class SysctlTests
{
    private static readonly SysctlFeature Feature = new();

    [Theory]
    [InlineData(
        "net.ipv4.tcp_rmem",
        "4096 131072",
        "net.ipv4.tcp_rmem '4096 131072' must be three numbers of bytes, none below the one before, each "
            + "4096 to 1073741824"
    )]
    [InlineData("net.ipv4.tcp_rmem", "4096 131072 65536", "none below the one before")]
    [InlineData("net.ipv4.tcp_wmem", "1 2 3", "each 4096 to")]
    [InlineData("net.ipv4.tcp_wmem", "4096 x 8192", "three numbers")]
    [InlineData("net.ipv4.tcp_wmem", "4096 8192 99999999999", "three numbers")]
    [InlineData(
        "net.ipv4.ip_local_port_range",
        "80 65535",
        "two ports, the first not above the last, each 1024 to 65535"
    )]
    [InlineData("net.ipv4.ip_local_port_range", "40000 30000", "two ports")]
    [InlineData("net.ipv4.ip_local_port_range", "-1 65535", "two ports")]
    public void Lists_are_checked_number_by_number(string name, string text, string error) =>
        Feature.Validate(new ParameterValues([], [new(name, text)])).Single().ShouldContain(error);

    [Fact]
    public void A_value_is_written_as_the_kernel_shows_it()
    {
        var values = new ParameterValues(
            [new("net.ipv4.tcp_ecn", 1)],
            [new("net.ipv4.tcp_rmem", " 04096  131072 6291456 ")]
        );

        Feature.Validate(values).ShouldBeEmpty();
        Feature
            .Settings(values)
            .ShouldBe([
                new SysctlSetting("net.ipv4.tcp_ecn", "1"),
                new SysctlSetting("net.ipv4.tcp_rmem", "4096 131072 6291456"),
            ]);
        Feature.Validate(ParameterValues.Empty).ShouldBe(["name at least one sysctl"]);
    }

    [KernelFact]
    public void Each_is_the_namespaces_own_takes_both_its_bounds_and_comes_back()
    {
        using var scene = new KernelScene();
        var checkedOnes = 0;
        foreach (var spec in Feature.Parameters.Where(spec => File.Exists(HostFile(spec.Name))))
        {
            var key = new SysctlKey(scene.ClientNamespace, spec.Name);
            var (host, original) = (File.ReadAllText(HostFile(spec.Name)), scene.Network.Client.GetSysctl(spec.Name));
            foreach (var value in Bounds(spec))
            {
                scene.Execute(new SetSysctl(new DesiredSysctl(key, value, "sysctl", "test"), false, "test"));
                SysctlSetting.Normalise(scene.Network.Client.GetSysctl(spec.Name)).ShouldBe(value, spec.Name);
                File.ReadAllText(HostFile(spec.Name)).ShouldBe(host, $"{spec.Name} is the whole host's");
            }

            scene.Execute(new RestoreSysctl(key, "", "test"));
            scene.Network.Client.GetSysctl(spec.Name).ShouldBe(original, spec.Name);
            checkedOnes++;
        }

        checkedOnes.ShouldBeGreaterThan(30);
        scene.Adapter.Observe().Sysctls.ShouldBeEmpty();
    }

    private static string[] Bounds(ParameterSpec spec) =>
        spec.Kind == ParameterKind.Count
            ? [spec.Minimum.ToString(CultureInfo.InvariantCulture), spec.Maximum.ToString(CultureInfo.InvariantCulture)]
        : spec.Name.EndsWith("port_range", StringComparison.Ordinal) ? ["1024 1025", "1024 65535"]
        : ["4096 4096 4096", "1073741824 1073741824 1073741824"];

    private static string HostFile(string name) => "/proc/sys/" + name.Replace('.', '/');
}
