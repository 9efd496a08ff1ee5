using System.Runtime.InteropServices;

namespace NetEdit.Lab.Interop;

/// <summary><c>struct tcp_info</c>; the names are the kernel's without <c>tcpi_</c>, so that a test can compare the offsets with the C header.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TcpInfoLayout
{
#pragma warning disable SA1300, IDE1006, CA1051 // kernel names
    public byte state;
    public byte ca_state;
    public byte retransmits;
    public byte probes;
    public byte backoff;
    public byte options;
    public byte wscales; // send: low four bits, receive: high four bits
    public byte flags;
    public uint rto;
    public uint ato;
    public uint snd_mss;
    public uint rcv_mss;
    public uint unacked;
    public uint sacked;
    public uint lost;
    public uint retrans;
    public uint fackets;
    public uint last_data_sent;
    public uint last_ack_sent;
    public uint last_data_recv;
    public uint last_ack_recv;
    public uint pmtu;
    public uint rcv_ssthresh;
    public uint rtt;
    public uint rttvar;
    public uint snd_ssthresh;
    public uint snd_cwnd;
    public uint advmss;
    public uint reordering;
    public uint rcv_rtt;
    public uint rcv_space;
    public uint total_retrans;
    public ulong pacing_rate;
    public ulong max_pacing_rate;
    public ulong bytes_acked;
    public ulong bytes_received;
    public uint segs_out;
    public uint segs_in;
    public uint notsent_bytes;
    public uint min_rtt;
    public uint data_segs_in;
    public uint data_segs_out;
    public ulong delivery_rate;
    public ulong busy_time;
    public ulong rwnd_limited;
    public ulong sndbuf_limited;
    public uint delivered;
    public uint delivered_ce;
    public ulong bytes_sent;
    public ulong bytes_retrans;
    public uint dsack_dups;
    public uint reord_seen;
    public uint rcv_ooopack;
    public uint snd_wnd;
    public uint rcv_wnd; // since Linux 6.2
    public uint rehash;
#pragma warning restore SA1300, IDE1006, CA1051
}
