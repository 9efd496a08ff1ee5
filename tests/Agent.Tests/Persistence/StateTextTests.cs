using System.Collections.Immutable;
using System.Text;
using NetEdit.Agent.Persistence;

namespace NetEdit.Agent.Tests.Persistence;

public sealed class StateTextTests
{
    private static readonly KeptPolicies Policies = new(
        "0123456789abcdef",
        DateTimeOffset.UnixEpoch,
        [new KeptFile("/etc/netedit/policies/größe.yaml", "\ufeffa: \"b\"\r\n\t# \\ \u2028 🙂\n")],
        ImmutableSortedDictionary<string, string>.Empty.Add("role", "web")
    );

    [Fact]
    public void What_was_written_is_read()
    {
        var read = Decode(Encode(), out var error);

        error.ShouldBeEmpty();
        read!.Revision.ShouldBe(Policies.Revision);
        read.At.ShouldBe(Policies.At);
        read.Files.ShouldBe(Policies.Files);
        read.Labels.ShouldBe(Policies.Labels);
    }

    [Fact]
    public void Every_byte_that_changes_is_noticed()
    {
        var whole = Encode();
        for (var i = 0; i < whole.Length - 1; i++) // all but the final line feed
        {
            var damaged = (byte[])whole.Clone();
            damaged[i] ^= 1;

            Decode(damaged, out var error).ShouldBeNull($"byte {i}");
            error.ShouldNotBeEmpty();
        }
    }

    [Fact]
    public void Every_truncation_is_noticed()
    {
        var whole = Encode();
        for (var length = 0; length < whole.Length - 1; length++)
        {
            Decode(whole[..length], out _).ShouldBeNull($"{length} bytes");
        }
    }

    [Theory]
    [InlineData("", "damaged")]
    [InlineData("[]", "no state file")]
    [InlineData("{}", "no state file")]
    [InlineData("{\"version\":\"1\"}", "damaged")]
    [InlineData(
        "{\"version\":2,\"holds\":\"policies\",\"sha256\":\"\",\"content\":{}}",
        "another version of netedit (form 2"
    )]
    [InlineData(
        "{\"version\":1,\"holds\":\"pauses\",\"sha256\":\"\",\"content\":{}}",
        "no state file that holds policies"
    )]
    [InlineData("{\"version\":1,\"holds\":\"policies\",\"sha256\":\"\",\"content\":{}}", "checksum")]
    [InlineData("{\"version\":1,\"holds\":\"policies\",\"sha256\":7,\"content\":{}}", "damaged")]
    [InlineData(
        "{\"version\":1,\"holds\":\"policies\","
            + "\"sha256\":\"74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b\",\"content\":null}",
        "damaged"
    )]
    [InlineData(
        "{\"version\":1,\"holds\":\"policies\","
            + "\"sha256\":\"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a\",\"content\":{}}",
        "damaged"
    )]
    public void What_is_no_such_file_is_refused_with_why(string text, string expected)
    {
        Decode(Encoding.UTF8.GetBytes(text), out var error).ShouldBeNull();
        error.ShouldContain(expected);
    }

    private static byte[] Encode() => StateText.Encode("policies", Policies, StateJson.Default.KeptPolicies);

    private static KeptPolicies? Decode(byte[] bytes, out string error) =>
        StateText.Decode(bytes, "policies", StateJson.Default.KeptPolicies, out error);
}
