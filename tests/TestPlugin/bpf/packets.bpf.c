/* SPDX-License-Identifier: GPL-2.0-only */
/* Drops datagrams to a port, where sockets send and receive them: packets begin with the IP header. */
#include "ports.h"

static __always_inline int pass(struct __sk_buff *packet)
{
	__u8 first, protocol;
	__be16 destination;

	if (bpf_skb_load_bytes(packet, 0, &first, sizeof(first)) || bpf_skb_load_bytes(packet, 9, &protocol, sizeof(protocol)) ||
	    bpf_skb_load_bytes(packet, 22, &destination, sizeof(destination)))
		return 1;
	return !is_met(netedit_parameters(), &first, &protocol, &destination);
}

SEC("cgroup_skb/ingress")
int ingress(struct __sk_buff *packet)
{
	return pass(packet);
}

SEC("cgroup_skb/egress")
int egress(struct __sk_buff *packet)
{
	return pass(packet);
}
