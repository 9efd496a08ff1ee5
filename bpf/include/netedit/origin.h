/* SPDX-License-Identifier: GPL-2.0-only */
/* By which interface a socket's segments leave. */
#ifndef NETEDIT_ORIGIN_H
#define NETEDIT_ORIGIN_H

#include <netedit/kernel.h>
#include <netedit/abi.h>

/* The name of the interface that its route leads to; left as it is while it has no route. */
static __always_inline void netedit_interface(struct sock *sk, void *name)
{
	struct dst_entry *route = sk->sk_dst_cache;

	if (route)
		bpf_probe_read_kernel(name, NETEDIT_ORIGIN_BYTES, route->dev->name);
}

#endif
