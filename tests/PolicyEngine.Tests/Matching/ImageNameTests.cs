using NetEdit.Model;

namespace NetEdit.PolicyEngine.Tests.Matching;

/// <summary>Which images the name of an image in a policy stands for.</summary>
public sealed class ImageNameTests
{
    private const string Digest = "sha256:3f2c8a1b9d04e5f67788990011223344556677889900aabbccddeeff00112233";
    private const string Other = "sha256:b9e3a62d9ae9edc3f97e9167bdfdb6dd73960422cf343cc6188501b05d3f88c5";

    [Theory]
    // Docker's short names.
    [InlineData("nginx", "nginx")]
    [InlineData("nginx", "docker.io/library/nginx:1.25")]
    [InlineData("docker.io/library/nginx", "nginx")]
    [InlineData("docker.io/nginx", "nginx:1.25")]
    [InlineData("index.docker.io/library/nginx", "nginx")]
    [InlineData("team/web", "docker.io/team/web:7")]
    [InlineData("localhost/busybox", "localhost/busybox:latest")]
    [InlineData("registry.example:5000/web", "registry.example:5000/web:7")]
    // A tag, a digest, or both.
    [InlineData("nginx:latest", "nginx")]
    [InlineData("nginx:1.25", "docker.io/library/nginx:1.25")]
    [InlineData("nginx", $"nginx@{Digest}")]
    [InlineData($"nginx@{Digest}", $"docker.io/library/nginx@{Digest}")]
    [InlineData($"nginx@{Digest}", $"nginx:1.25@{Digest}")]
    [InlineData("nginx:1.25", $"nginx:1.25@{Digest}")]
    // The beginning of a name.
    [InlineData("nginx:1.*", "nginx:1.25")]
    [InlineData("ngi*", "nginx")]
    [InlineData("docker.io/library/n*", "nginx")]
    [InlineData("docker.io/te*", "team/web")]
    [InlineData("registry.example/*", "registry.example/team/web:7")]
    [InlineData("nginx@sha256:3f2c*", $"nginx:1.25@{Digest}")]
    public void A_name_selects_an_image(string written, string image) =>
        ImageName.Find(image).ShouldNotBeNull().Matches(written).ShouldBeTrue();

    [Theory]
    [InlineData("nginx", "team/nginx")]
    [InlineData("nginx", "registry.example/nginx")]
    [InlineData("nginx", "localhost/nginx")]
    [InlineData("nginx", "nginx-unprivileged")]
    [InlineData("nginx:latest", "nginx:1.25")]
    [InlineData("nginx:latest", $"nginx@{Digest}")]
    [InlineData("nginx:1.2", "nginx:1.25")]
    [InlineData($"nginx@{Digest}", "nginx:1.25")]
    [InlineData($"nginx@{Digest}", $"nginx@{Other}")]
    [InlineData($"nginx:1.25@{Digest}", $"nginx:1.26@{Digest}")]
    [InlineData("ngi*", "team/nginx")]
    [InlineData("registry.example/web", "registry.example:5000/web")]
    public void And_not_another(string written, string image) =>
        ImageName.Find(image).ShouldNotBeNull().Matches(written).ShouldBeFalse();

    [Theory]
    [InlineData(Digest)]
    [InlineData("3f2c8a1b9d04e5f67788990011223344556677889900aabbccddeeff00112233")]
    [InlineData("")]
    [InlineData(":7")]
    [InlineData("@sha256:3f2c")]
    [InlineData("nginx:")]
    public void An_id_of_an_image_is_not_its_name(string text) => ImageName.Find(text).ShouldBeNull();

    [Theory]
    [InlineData("docker.io/library/nginx:1.25", "nginx:1.25")]
    [InlineData("nginx", "nginx:latest")]
    [InlineData("docker.io/team/web", "team/web:latest")]
    [InlineData("registry.example:5000/web:7", "registry.example:5000/web:7")]
    [InlineData($"nginx@{Digest}", $"nginx@{Digest}")]
    public void It_is_shown_as_people_write_it(string image, string text) =>
        ImageName.Find(image)!.ToString().ShouldBe(text);
}
