using System.Text.Json;
using NetEdit.Agent.Containers;
using NetEdit.Containers;

namespace NetEdit.Agent.Tests.Containers;

/// <summary>What the agent believes of what the process says that asks a runtime.</summary>
public sealed class ContainerBookTests
{
    private readonly ContainerBook _book = new("docker");

    [Fact]
    public void A_container_is_known_from_its_message_until_it_is_gone()
    {
        Take(
                new ContainerMessage
                {
                    Container = Id(1),
                    Name = "web-1",
                    Image = "nginx:1.25",
                    Digest = "sha256:" + Id(7),
                    Namespace = "shop",
                    Pod = "web-7d4b9",
                    PodUid = "a5c1f8d5-1919-434d-add7-4afaafdaef89",
                    Labels = new() { ["app"] = "web" },
                }
            )
            .ShouldBeTrue();

        var container = _book.Containers[Id(1)];
        (container.Runtime, container.Name, container.Namespace, container.Pod, container.PodUid).ShouldBe(
            ("docker", "web-1", "shop", "web-7d4b9", "a5c1f8d5-1919-434d-add7-4afaafdaef89")
        );
        container.Image.ShouldBe(new("docker.io/library/nginx", "1.25", "sha256:" + Id(7)));
        container.Labels["app"].ShouldBe("web");
        container.IsSandbox.ShouldBeFalse();

        Take(new ContainerMessage { Gone = Id(2) }).ShouldBeFalse();
        Take(new ContainerMessage { Gone = Id(1) }).ShouldBeTrue();
        _book.Containers.ShouldBeEmpty();
    }

    [Fact]
    public void The_same_again_is_no_change_and_another_name_is_one()
    {
        Take(Named(1, "a")).ShouldBeTrue();
        Take(Named(1, "a")).ShouldBeFalse();
        Take(Named(1, "b")).ShouldBeTrue();
        _book.Containers[Id(1)].Name.ShouldBe("b");
    }

    /// <summary>A process that starts anew tells of all containers; until it has, those that were known stay known.</summary>
    [Fact]
    public void What_a_new_process_does_not_tell_is_gone_when_it_has_told_all()
    {
        Take(Named(1, "a"));
        Take(Named(2, "b"));
        Take(new ContainerMessage { Listed = true }).ShouldBeTrue();
        _book.IsListed.ShouldBeTrue();

        _book.Begin();
        _book.IsListed.ShouldBeFalse();
        Take(Named(2, "b")).ShouldBeFalse();
        _book.Containers.Count.ShouldBe(2);
        Take(new ContainerMessage { Listed = true }).ShouldBeTrue();
        _book.Containers.Keys.ShouldBe([Id(2)]);
        Take(new ContainerMessage { Listed = true }).ShouldBeFalse();
    }

    [Fact]
    public void Why_it_ends_is_kept_until_the_next_one_begins()
    {
        Take(new ContainerMessage { Problem = "connection refused", IsNotOffered = true }).ShouldBeFalse();

        (_book.Problem, _book.IsNotOffered).ShouldBe(("connection refused", true));
        _book.Begin();
        (_book.Problem, _book.IsNotOffered).ShouldBe((null, false));
    }

    [Theory]
    [InlineData("3f2c")]
    [InlineData("")]
    [InlineData("../../etc/passwd")]
    [InlineData("3F2C8A1B9D04E5F67788990011223344556677889900AABBCCDDEEFF00112233")]
    public void What_is_no_id_is_no_container(string id)
    {
        Take(new ContainerMessage { Container = id, Name = "web" }).ShouldBeFalse();
        _book.Containers.ShouldBeEmpty();
    }

    [Fact]
    public void What_is_too_long_or_cannot_be_printed_is_left_out()
    {
        var longest = new string('x', ContainerLimits.Characters);
        Take(
            new ContainerMessage
            {
                Container = Id(1),
                Name = "web\u001b[2J",
                Image = longest + ":7",
                Pod = longest + "x",
                Namespace = longest,
                Labels = Enumerable
                    .Range(0, 2 * ContainerLimits.Labels)
                    .ToDictionary(number => $"key{number}", _ => "value")
                    .Append(new("a" + longest, "x"))
                    .Append(new("aa", "\n"))
                    .ToDictionary(),
            }
        );

        var container = _book.Containers[Id(1)];
        (container.Name, container.Image, container.Pod, container.Namespace).ShouldBe((null, null, null, longest));
        container.Labels.Count.ShouldBe(ContainerLimits.Labels);
        container.Labels.Keys.ShouldAllBe(key => key.StartsWith("key"));
    }

    [Fact]
    public void More_containers_than_a_host_can_have_are_left_out()
    {
        for (var number = 0; number <= ContainerLimits.Containers; number++)
        {
            Take(Named(number, "x"));
        }

        _book.Containers.Count.ShouldBe(ContainerLimits.Containers);
        _book.IsFull.ShouldBeTrue();
        Take(new ContainerMessage { Gone = Id(0) });
        Take(Named(ContainerLimits.Containers, "x")).ShouldBeTrue();
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{ \"container\": 7 }")]
    [InlineData("{ \"labels\": [] }")]
    [InlineData("Unhandled exception. System.IO.IOException")]
    public void What_is_no_message_is_refused(string line) => Should.Throw<JsonException>(() => _book.Take(line));

    private static string Id(int number) => number.ToString("x64", System.Globalization.CultureInfo.InvariantCulture);

    private static ContainerMessage Named(int number, string name) => new() { Container = Id(number), Name = name };

    private bool Take(ContainerMessage message) =>
        _book.Take(JsonSerializer.Serialize(message, ContainerMessageJson.Default.ContainerMessage));
}
