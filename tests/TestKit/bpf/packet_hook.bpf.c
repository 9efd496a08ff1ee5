/* SPDX-License-Identifier: GPL-2.0-only */
/* What a network does to packets, for tests: marks like a congested queue, or swallows like a dead link. */
#include <netedit/kernel.h>

#define TCX_NEXT -1
#define TCX_DROP 2
#define ETH_P_IP 0x0800
#define ETH_P_IPV6 0x86dd
#define NEXT_HEADER 20 /* of an IPv6 packet, from its Ethernet header on */
#define IPPROTO_TCP 6
#define ETHERNET_BYTES 14
#define IPV6_BYTES 40
#define TCP_BYTES 20
#define MOST_OPTIONS 40
#define FLAGS 13 /* of a TCP header, with */
#define SYN 0x02
#define ECE 0x40

const volatile __u32 mark_every = 0; /* set CE on every n-th data packet that can carry it */
const volatile __u32 drop_after = 0; /* drop packets of IPv4, and of TCP over IPv6, after the n-th */
const volatile __u32 drop_option = 0; /* drop TCP segments with an option of this kind, */
const volatile __u32 drop_at_most = 0; /* this many of them; 0: all */
const volatile __u32 drop_ecn_setup = 0; /* drop SYNs and SYN-ACKs with ECE */
__u64 seen;
__u64 dropped;

/* Neighbours find each other by packets of IPv6 itself: those pass. */
static __always_inline int counts(struct __sk_buff *skb)
{
	__u8 next = 0;

	if (skb->protocol == bpf_htons(ETH_P_IPV6))
		return !bpf_skb_load_bytes(skb, NEXT_HEADER, &next, sizeof(next)) && next == IPPROTO_TCP;
	return skb->protocol == bpf_htons(ETH_P_IP);
}

/* Where the TCP header begins, from the Ethernet header on; 0: it is another protocol. */
static __always_inline __u32 tcp_header(struct __sk_buff *skb)
{
	__u8 first = 0, protocol = 0;

	if (skb->protocol == bpf_htons(ETH_P_IPV6))
		return counts(skb) ? ETHERNET_BYTES + IPV6_BYTES : 0;
	if (skb->protocol != bpf_htons(ETH_P_IP) || bpf_skb_load_bytes(skb, ETHERNET_BYTES, &first, 1) ||
	    bpf_skb_load_bytes(skb, ETHERNET_BYTES + 9, &protocol, 1) || protocol != IPPROTO_TCP)
		return 0;
	return ETHERNET_BYTES + (first & 15) * 4;
}

static __always_inline int has_option(struct __sk_buff *skb, __u32 header, __u8 wanted)
{
	__u8 offset = 0, option[2] = {};
	__u32 at = TCP_BYTES, end, i;

	if (bpf_skb_load_bytes(skb, header + 12, &offset, 1))
		return 0;
	end = (offset >> 4) * 4;
	for (i = 0; i < MOST_OPTIONS && at + 1 < end; i++) {
		if (bpf_skb_load_bytes(skb, header + at, option, sizeof(option)))
			return 0;
		if (option[0] == wanted)
			return 1;
		if (!option[0])
			return 0;
		at += option[0] == 1 || !option[1] ? 1 : option[1];
	}
	return 0;
}

static __always_inline int is_dropped(struct __sk_buff *skb)
{
	__u32 header = tcp_header(skb);
	__u8 flags = 0;

	if (!header || bpf_skb_load_bytes(skb, header + FLAGS, &flags, 1))
		return 0;
	if (drop_ecn_setup && (flags & SYN) && (flags & ECE))
		return 1;
	return drop_option && has_option(skb, header, drop_option) && (!drop_at_most || dropped < drop_at_most);
}

SEC("tc")
int netedit_packet_hook(struct __sk_buff *skb)
{
	if (drop_after && counts(skb) && __sync_fetch_and_add(&seen, 1) >= drop_after)
		return TCX_DROP;
	if ((drop_option || drop_ecn_setup) && is_dropped(skb)) {
		__sync_fetch_and_add(&dropped, 1);
		return TCX_DROP;
	}
	/* Acknowledgements alone are not congestion; a data packet is longer. */
	if (mark_every && skb->len >= 200 && __sync_fetch_and_add(&seen, 1) % mark_every == 0)
		bpf_skb_ecn_set_ce(skb);
	return TCX_NEXT;
}

char _license[] SEC("license") = "GPL";
