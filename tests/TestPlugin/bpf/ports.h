/* SPDX-License-Identifier: GPL-2.0-only */
/* What the test programs have in common: they act on one port, and count. */
#ifndef PORTS_H
#define PORTS_H

#include <netedit/program.h>
#include <bpf/bpf_endian.h>

struct ports {
	__u32 port;
	__u32 other; /* where what is meant for the port goes instead */
};

char LICENSE[] SEC("license") = "GPL";
__u64 met; /* how often the port was met, or the event came */

/* IPv4 without options, UDP, to the port. */
static __always_inline int is_met(const struct ports *ports, const __u8 *first_byte, const __u8 *protocol, const __be16 *destination)
{
	if (!ports || *first_byte != 0x45 || *protocol != 17 || *destination != bpf_htons((__u16)ports->port))
		return 0;
	__sync_fetch_and_add(&met, 1);
	return 1;
}

#endif
