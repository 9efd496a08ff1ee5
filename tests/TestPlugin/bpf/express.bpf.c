/* SPDX-License-Identifier: GPL-2.0-only */
/* Drops datagrams to a port before the kernel makes anything of them. */
#include "ports.h"

SEC("xdp")
int express(struct xdp_md *packet)
{
	const __u8 *data = (void *)(long)packet->data;

	if (data + 38 > (const __u8 *)(long)packet->data_end)
		return XDP_PASS;
	return is_met(netedit_parameters(), data + 14, data + 23, (const __be16 *)(data + 36)) ? XDP_DROP : XDP_PASS;
}
