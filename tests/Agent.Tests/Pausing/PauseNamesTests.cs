using NetEdit.Agent.Cli;
using NetEdit.Agent.Pausing;

namespace NetEdit.Agent.Tests.Pausing;

public sealed class PauseNamesTests
{
    private static readonly string[] Features = ["dctcp", "initial-cwnd", "both"];
    private static readonly string[] Policies = ["web", "feature", "both"];

    [Theory]
    [InlineData("", "everything")]
    [InlineData("all", "everything")]
    [InlineData("everything", "everything")]
    [InlineData("dctcp", "feature/dctcp")]
    [InlineData("web", "policy/web")]
    [InlineData("feature", "policy/feature")]
    [InlineData("feature both", "feature/both")]
    [InlineData("policy both", "policy/both")]
    [InlineData("feature/both", "feature/both")]
    [InlineData("policy/web", "policy/web")]
    public void A_name_is_found(string words, string expected) => Resolve(words).ShouldBe(expected);

    [Theory]
    [InlineData("both", "'both' is a feature and a policy; write 'feature both' or 'policy both'")]
    [InlineData("dctpc", "no feature or policy is named 'dctpc'; did you mean 'dctcp'?")]
    [InlineData("feature web", "no feature is named 'web'")]
    [InlineData("policy wbe", "no policy is named 'wbe'; did you mean 'web'?")]
    [InlineData("web db", "'web db' is nothing to pause or resume")]
    public void What_is_not_clear_is_refused_with_what_to_write(string words, string expected) =>
        Should.Throw<CliException>(() => Resolve(words)).Message.ShouldStartWith(expected);

    [Fact]
    public void What_is_paused_can_be_named_though_it_is_gone_and_is_meant_when_it_is_to_be_resumed()
    {
        Resolve("gone", "policy/gone").ShouldBe("policy/gone");
        Resolve("both", "policy/both").ShouldBe("policy/both");
        Should.Throw<CliException>(() => Resolve("both", "policy/both", "feature/both"));
        Should.Throw<CliException>(() =>
            PauseNames.Resolve(["both"], Features, Policies, new HashSet<string> { "policy/both" }, preferPaused: false)
        );
    }

    private static string Resolve(string words, params string[] paused) =>
        PauseNames.Resolve(
            words.Split(' ', StringSplitOptions.RemoveEmptyEntries),
            Features,
            Policies,
            paused.ToHashSet(StringComparer.Ordinal),
            preferPaused: true
        );
}
