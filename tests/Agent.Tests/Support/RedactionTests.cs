using NetEdit.Agent.Support;

namespace NetEdit.Agent.Tests.Support;

public sealed class RedactionTests
{
    [Theory]
    [InlineData("peer 10.1.2.3:443", "peer ipv4-1:443")]
    [InlineData("10.0.0.0/8, 192.168.0.0/16", "ipv4-1/8, ipv4-2/16")]
    [InlineData("from 10.1.2.3.", "from ipv4-1.")]
    [InlineData("[2001:db8::1]:443", "[ipv6-1]:443")]
    [InlineData("2001:db8::/32", "ipv6-1/32")]
    [InlineData("fe80::1%eth0", "ipv6-1%eth0")]
    [InlineData("::ffff:10.1.2.3 and 10.1.2.3", "ipv4-1 and ipv4-1")]
    [InlineData("2001:DB8::1 2001:db8:0::1", "ipv6-1 ipv6-1")]
    [InlineData("link 52:54:00:12:34:56 up", "link mac-1 up")]
    [InlineData("127.0.0.1:9417 ::1 0.0.0.0 ::", "127.0.0.1:9417 ::1 0.0.0.0 ::")]
    [InlineData("2026-11-28T12:30:45.123Z 12:30:45", "2026-11-28T12:30:45.123Z 12:30:45")]
    [InlineData("Linux 6.18.0-1-amd64, NetEdit 1.2.3-alpha.4", "Linux 6.18.0-1-amd64, NetEdit 1.2.3-alpha.4")]
    [InlineData("300.1.2.3 a.yaml:3:14: net.ipv4.tcp_rmem", "300.1.2.3 a.yaml:3:14: net.ipv4.tcp_rmem")]
    [InlineData("/sys/fs/cgroup/system.slice/nginx.service", "/sys/fs/cgroup/system.slice/nginx.service")]
    public void Addresses_are_replaced_and_what_only_looks_like_one_is_not(string text, string expected) =>
        new Redaction([], []).Of(text).ShouldBe(expected);

    [Theory]
    [InlineData("on web1 and WEB1, not web10 or my-web1", "on host-1 and host-1, not web10 or my-web1")]
    [InlineData("web1.example.org, db.example.org", "host-1, host-2")]
    [InlineData("example.org:443", "host-1:443")]
    [InlineData("notexample.org", "notexample.org")]
    public void Names_of_hosts_are_replaced_as_whole_words(string text, string expected) =>
        new Redaction(["web1"], ["example.org"]).Of(text).ShouldBe(expected);

    [Theory]
    [InlineData("password: hunter2", "password: secret-1")]
    [InlineData("\"apiKey\": \"abc\", \"x\": 1", "\"apiKey\": \"secret-1\", \"x\": 1")]
    [InlineData("\\\"token\\\": \\\"abc\\\"", "\\\"token\\\": \\\"secret-1\\\"")]
    [InlineData("DB_PASSWORD=hunter2 other=1", "DB_PASSWORD=secret-1 other=1")]
    [InlineData("Authorization: Bearer abc.def", "Authorization: Bearer secret-1")]
    [InlineData("http://user:pw@proxy:3128/", "http://secret-1@proxy:3128/")]
    [InlineData("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcdef", "secret-1")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\nrest", "secret-1\nrest")]
    [InlineData("-----BEGIN PRIVATE KEY-----\ncut", "secret-1")]
    public void What_looks_like_a_secret_is_replaced(string text, string expected) =>
        new Redaction([], []).Of(text).ShouldBe(expected);

    [Fact]
    public void The_same_thing_has_the_same_placeholder_in_every_text()
    {
        var redaction = new Redaction(["web1"], []);

        redaction.Of("10.0.0.1 10.0.0.2 web1").ShouldBe("ipv4-1 ipv4-2 host-1");
        redaction.Of("10.0.0.2 10.0.0.3 web1").ShouldBe("ipv4-2 ipv4-3 host-1");
    }

    [Fact]
    public void Hostile_text_is_replaced_in_time()
    {
        var redaction = new Redaction([new string('a', 60)], ["example.org"]);

        foreach (var part in (string[])["1.", "a:", ":", "a.", "password", "://", "-----BEGIN A-----", "eyJaaaaaaaa."])
        {
            redaction.Of(string.Concat(Enumerable.Repeat(part, 20_000))).ShouldNotBeNull();
        }
    }

    [Fact]
    public void Names_are_found_in_the_files_of_the_resolver()
    {
        var names = HostNames.Of(
            ["web1.corp.example\n"],
            ["127.0.0.1 localhost", "10.0.0.7\tdb.example.org db # the database", "::1 ip6-localhost", ""],
            ["# search none.example", "search example.net corp.example.", "nameserver 10.0.0.53", "domain local"]
        );

        names.Hosts.ShouldBe(["web1.corp.example", "web1", "db.example.org", "db"]);
        names.Domains.ShouldBe(["example.net", "corp.example", "example.org"], ignoreOrder: true);
    }
}
