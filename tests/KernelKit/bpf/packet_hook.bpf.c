/* SPDX-License-Identifier: GPL-2.0-only */
/* What a network does to packets, for tests: marks like a congested queue, or swallows like a dead link. */
#include <netedit/kernel.h>

#define TCX_NEXT -1
#define TCX_DROP 2
#define ETH_P_IP 0x0800
#define ETH_P_IPV6 0x86dd
#define NEXT_HEADER 20 /* of an IPv6 packet, from its Ethernet header on */
#define IPPROTO_TCP 6

const volatile __u32 mark_every = 0; /* set CE on every n-th data packet that can carry it */
const volatile __u32 drop_after = 0; /* drop packets of IPv4, and of TCP over IPv6, after the n-th */
__u64 seen;

/* Neighbours find each other by packets of IPv6 itself: those pass. */
static __always_inline int counts(struct __sk_buff *skb)
{
	__u8 next = 0;

	if (skb->protocol == bpf_htons(ETH_P_IPV6))
		return !bpf_skb_load_bytes(skb, NEXT_HEADER, &next, sizeof(next)) && next == IPPROTO_TCP;
	return skb->protocol == bpf_htons(ETH_P_IP);
}

SEC("tc")
int netedit_packet_hook(struct __sk_buff *skb)
{
	if (drop_after && counts(skb) && __sync_fetch_and_add(&seen, 1) >= drop_after)
		return TCX_DROP;
	/* Acknowledgements alone are not congestion; a data packet is longer. */
	if (mark_every && skb->len >= 200 && __sync_fetch_and_add(&seen, 1) % mark_every == 0)
		bpf_skb_ecn_set_ce(skb);
	return TCX_NEXT;
}

char _license[] SEC("license") = "GPL";
