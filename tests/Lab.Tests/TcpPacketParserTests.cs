using System.Net;

namespace NetEdit.Lab.Tests;

public sealed class TcpPacketParserTests
{
    // MSS 1460, SACK permitted, timestamps, padding, window scale 7.
    private const string SynTcp =
        "C350"
        + "01BB"
        + "00000001"
        + "00000000"
        + "A0C2"
        + "FAF0"
        + "0000"
        + "0000"
        + "020405B4"
        + "0402"
        + "080A0000000100000000"
        + "01"
        + "030307";
    private const string SynIPv4 = "4502003C0000400040060000" + "0A4D0101" + "0A4D0102" + SynTcp;
    private const string SynIPv6 =
        "60300000" + "0028" + "0640" + "FD770001000000000000000000000001" + "FD770001000000000000000000000002" + SynTcp;

    [Theory]
    [InlineData(SynIPv4, "10.77.1.1", EcnCodepoint.Capable0)]
    [InlineData(SynIPv6, "fd77:1::1", EcnCodepoint.Experienced)]
    public void Reads_a_SYN(string hex, string source, EcnCodepoint ecn)
    {
        var packet = Parse(hex).ShouldNotBeNull();
        packet.Source.ShouldBe(new IPEndPoint(IPAddress.Parse(source), 50000));
        packet.Destination.Port.ShouldBe(443);
        packet.Flags.ShouldBe(TcpHeaderFlags.Syn | TcpHeaderFlags.Ece | TcpHeaderFlags.Cwr);
        packet.IsSyn.ShouldBeTrue();
        packet.Sequence.ShouldBe(1u);
        packet.Window.ShouldBe(64240);
        packet.Mss.ShouldBe(1460);
        packet.WindowScale.ShouldBe(7);
        packet.OptionKinds.ShouldBe([2, 4, 8, 3]);
        packet.PayloadLength.ShouldBe(0);
        packet.Ecn.ShouldBe(ecn);
    }

    [Fact]
    public void Every_shorter_packet_is_refused_or_read_without_a_fault()
    {
        foreach (var hex in new[] { SynIPv4, SynIPv6 })
        {
            var bytes = Convert.FromHexString(hex);
            for (var length = 0; length < bytes.Length; length++)
            {
                TcpPacketParser.Parse(bytes.AsSpan(0, length), length, default, outgoing: true).ShouldBeNull();
            }
        }
    }

    [Fact]
    public void Arbitrary_bytes_do_not_fault()
    {
        var random = new Random(20241122);
        var bytes = new byte[128];
        for (var i = 0; i < 20_000; i++)
        {
            random.NextBytes(bytes);
            bytes[0] = (byte)(i % 2 == 0 ? 0x45 : 0x60);
            bytes[6] = bytes[9] = 6;
            _ = TcpPacketParser.Parse(
                bytes.AsSpan(0, random.Next(bytes.Length)),
                random.Next(2000),
                default,
                outgoing: false
            );
        }
    }

    private static TcpPacket? Parse(string hex) =>
        TcpPacketParser.Parse(Convert.FromHexString(hex), hex.Length / 2, default, outgoing: true);
}
