/* SPDX-License-Identifier: GPL-2.0-only */
/* The fastest a connection may send. */
#include <netedit/stage.h>

struct pacing {
	__u32 rate; /* bytes per second */
};

NETEDIT_STAGE(struct pacing, ctx, call, p)
{
	netedit_set(ctx, call, SOL_SOCKET, SO_MAX_PACING_RATE, p->rate);
}

char _license[] SEC("license") = "GPL";
