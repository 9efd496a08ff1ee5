/* SPDX-License-Identifier: GPL-2.0-only */
/* Drops datagrams to a port at an interface: packets begin with the Ethernet header. */
#include <linux/pkt_cls.h>
#include "ports.h"

SEC("tc")
int traffic(struct __sk_buff *packet)
{
	__u8 first, protocol;
	__be16 destination;

	if (bpf_skb_load_bytes(packet, 14, &first, sizeof(first)) || bpf_skb_load_bytes(packet, 23, &protocol, sizeof(protocol)) ||
	    bpf_skb_load_bytes(packet, 36, &destination, sizeof(destination)))
		return TC_ACT_UNSPEC;
	return is_met(netedit_parameters(), &first, &protocol, &destination) ? TC_ACT_SHOT : TC_ACT_UNSPEC;
}
