using System.Net;
using NetEdit.Agent.Connections;

namespace NetEdit.Agent.Tests.Connections;

public sealed class ConnectionQueryTests
{
    [Theory]
    [InlineData("10.0.0.2:443", "10.0.0.2", 443)]
    [InlineData("10.0.0.2", "10.0.0.2", null)]
    [InlineData("[::1]:443", "::1", 443)]
    [InlineData("[fd00::1]", "fd00::1", null)]
    [InlineData("fd00::1:443", "fd00::1:443", null)]
    [InlineData("::1", "::1", null)]
    [InlineData("[::ffff:10.0.0.2]:443", "10.0.0.2", 443)]
    [InlineData("fe80::1%lo", "fe80::1", null)]
    [InlineData("443", null, 443)]
    [InlineData(":443", null, 443)]
    public void Ends_are_read(string text, string? address, int? port)
    {
        var query = ConnectionQuery.Parse(text).ShouldNotBeNull();

        query.Address.ShouldBe(address is null ? null : IPAddress.Parse(address));
        query.Port.ShouldBe(port);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":")]
    [InlineData("web")]
    [InlineData("10.1")]
    [InlineData("10.1:443")]
    [InlineData("10.0.0.2:")]
    [InlineData("10.0.0.2:0")]
    [InlineData("10.0.0.2:65536")]
    [InlineData("10.0.0.2:https")]
    [InlineData("[::1]:")]
    [InlineData("[::1")]
    [InlineData("0")]
    [InlineData("70000")]
    [InlineData("-1")]
    public void What_is_no_end_is_refused(string text) => ConnectionQuery.Parse(text).ShouldBeNull();
}
