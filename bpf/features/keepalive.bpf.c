/* SPDX-License-Identifier: GPL-2.0-only */
/* When a silent peer is asked whether it lives, and when it is given up. */
#include <netedit/stage.h>

struct keepalive {
	__u32 idle;	    /* seconds, 0: as it is; so are the others */
	__u32 interval;	    /* seconds */
	__u32 count;	    /* probes */
	__u32 user_timeout; /* milliseconds */
};

NETEDIT_STAGE(struct keepalive, ctx, call, p)
{
	if (p->idle)
		netedit_set(ctx, call, SOL_TCP, TCP_KEEPIDLE, p->idle);
	if (p->interval)
		netedit_set(ctx, call, SOL_TCP, TCP_KEEPINTVL, p->interval);
	if (p->count)
		netedit_set(ctx, call, SOL_TCP, TCP_KEEPCNT, p->count);
	if (p->user_timeout)
		netedit_set(ctx, call, SOL_TCP, TCP_USER_TIMEOUT, p->user_timeout);
	if (p->idle || p->interval || p->count)
		netedit_set(ctx, call, SOL_SOCKET, SO_KEEPALIVE, 1);
}

char _license[] SEC("license") = "GPL";
