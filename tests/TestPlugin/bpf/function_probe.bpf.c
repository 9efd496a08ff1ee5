/* SPDX-License-Identifier: GPL-2.0-only */
/* The lesser kind alone. */
#include "ports.h"

SEC("kprobe/tcp_v4_connect")
int probe(void *context)
{
	if (netedit_parameters())
		__sync_fetch_and_add(&met, 1);
	return 0;
}
