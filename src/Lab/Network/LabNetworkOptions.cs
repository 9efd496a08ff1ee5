using System.Net;

namespace NetEdit.Lab;

/// <summary>What a <see cref="LabNetwork"/> looks like.</summary>
public sealed record LabNetworkOptions
{
    /// <summary>The x of 10.77.x.0/24 and fd77:x::/64, decimal in both.</summary>
    public byte Subnet { get; init; } = 1;

    /// <summary>Further addresses of the client; the server has a route to each. A connection from one needs it as <see cref="TcpPairOptions.ClientAddress"/>.</summary>
    public IReadOnlyList<IPAddress> ClientAddresses { get; init; } = [];

    /// <summary>Further addresses of the server; the client has a route to each.</summary>
    public IReadOnlyList<IPAddress> ServerAddresses { get; init; } = [];

    /// <summary>MTU of both ends in bytes, or null for 1500.</summary>
    public int? Mtu { get; init; }

    /// <summary>
    /// False makes the sender cut its data into packets of one segment, as they would be on a cable. By default a packet on the pair holds up to 64 KiB,
    /// which is faster, and shows in captures as payloads larger than the MSS.
    /// </summary>
    public bool SegmentationOffload { get; init; } = true;
}
