/* SPDX-License-Identifier: GPL-2.0-only */
/* Counts connections that are opened, by either kind of entry to a function. */
#include "ports.h"

static __always_inline int count(void)
{
	if (netedit_parameters())
		__sync_fetch_and_add(&met, 1);
	return 0;
}

SEC("fentry/tcp_v4_connect")
int entry(void *context)
{
	return count();
}

SEC("kprobe/tcp_v4_connect")
int probe(void *context)
{
	return count();
}
