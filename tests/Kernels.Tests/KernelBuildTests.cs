namespace NetEdit.Kernels.Tests;

public sealed class KernelBuildTests
{
    [Theory]
    [InlineData("linux-image-6.1.0-50-rt-amd64", "6.1.0-50-rt-amd64", "6.1", "rt")]
    [InlineData("linux-binary-7.2.12+deb13-cloud-amd64", "7.2.12+deb13-cloud-amd64", "7.2", "cloud")]
    [InlineData("5.10.0-46-amd64", "5.10.0-46-amd64", "5.10", "generic")]
    public void A_package_or_a_release_names_a_kernel(string name, string release, string series, string flavour)
    {
        var kernel = KernelBuild.TryParse(name)!;
        (kernel.Release, kernel.Series, kernel.Flavour).ShouldBe((release, series, flavour));
    }

    [Theory]
    [InlineData("linux-image-amd64")]
    [InlineData("linux-image-6.1-cloud-amd64")]
    [InlineData("linux-headers-6.1.0-50-amd64")]
    public void Others_do_not(string name) => KernelBuild.TryParse(name).ShouldBeNull();

    [Fact]
    public void Numbers_are_compared_as_numbers() =>
        Builds(
                "6.12.100+deb12-cloud-amd64",
                "6.1.0-0.deb11.52-cloud-amd64",
                "6.12.95+deb13-cloud-amd64",
                "6.1.0-9-cloud-amd64"
            )
            .Order()
            .Select(kernel => kernel.Release)
            .ShouldBe([
                "6.1.0-0.deb11.52-cloud-amd64",
                "6.1.0-9-cloud-amd64",
                "6.12.95+deb13-cloud-amd64",
                "6.12.100+deb12-cloud-amd64",
            ]);

    [Fact]
    public void One_of_each_series_is_the_one_that_the_page_shows_while_there_is_one()
    {
        var available = Builds(
            "5.10.0-46-cloud-amd64",
            "6.1.0-50-cloud-amd64",
            "6.1.0-56-cloud-amd64",
            "6.1.0-56-rt-amd64",
            "6.2.0-1-cloud-amd64"
        );

        Choose("series", available, []).ShouldBe("5.10.0-46-cloud-amd64 6.1.0-56-cloud-amd64");
        Choose("series", available, Builds("6.1.0-50-cloud-amd64", "5.10.0-1-cloud-amd64"))
            .ShouldBe("5.10.0-46-cloud-amd64 6.1.0-50-cloud-amd64");
        Choose("ends", [.. available, .. Builds("7.3.4+deb13-cloud-amd64")], [])
            .ShouldBe("5.10.0-46-cloud-amd64 7.3.4+deb13-cloud-amd64");
        Choose("all", available, [])
            .ShouldBe("5.10.0-46-cloud-amd64 6.1.0-50-cloud-amd64 6.1.0-56-cloud-amd64 6.1.0-56-rt-amd64");
        Choose("linux-image-6.2.0-1-cloud-amd64", available, []).ShouldBe("6.2.0-1-cloud-amd64");
        Choose("6.1", available, []).ShouldBe("6.1.0-56-cloud-amd64");
        Should.Throw<InvalidOperationException>(() => Choose("6.3.0-1-amd64", available, []));
        Choose("series", available, [], "6.1.0-56-cloud-amd64").ShouldBe("5.10.0-46-cloud-amd64 6.1.0-50-cloud-amd64");
    }

    private static string Choose(
        string wanted,
        KernelBuild[] available,
        KernelBuild[] shown,
        params string[] notThere
    ) => string.Join(' ', KernelSelection.Choose(wanted, available, shown, build => !notThere.Contains(build.Release)));

    private static KernelBuild[] Builds(params string[] releases) =>
        [.. releases.Select(release => KernelBuild.TryParse(release)!)];
}
