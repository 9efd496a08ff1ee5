/* SPDX-License-Identifier: GPL-2.0-only */
/* What a network does to packets, for tests: marks like a congested queue, or swallows like a dead link. */
#include <netedit/kernel.h>

#define TCX_NEXT -1
#define TCX_DROP 2
#define ETH_P_IP 0x0800

const volatile __u32 mark_every = 0; /* set CE on every n-th data packet that can carry it */
const volatile __u32 drop_after = 0; /* drop IPv4 packets after the n-th */
__u64 seen;

SEC("tc")
int netedit_packet_hook(struct __sk_buff *skb)
{
	if (drop_after && skb->protocol == bpf_htons(ETH_P_IP) && __sync_fetch_and_add(&seen, 1) >= drop_after)
		return TCX_DROP;
	/* Acknowledgements alone are not congestion; a data packet is longer. */
	if (mark_every && skb->len >= 200 && __sync_fetch_and_add(&seen, 1) % mark_every == 0)
		bpf_skb_ecn_set_ce(skb);
	return TCX_NEXT;
}

char _license[] SEC("license") = "GPL";
