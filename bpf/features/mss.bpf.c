/* SPDX-License-Identifier: GPL-2.0-only */
/* The largest segment a connection offers to take and sends. */
#include <netedit/stage.h>

struct mss {
	__u32 bytes;
};

NETEDIT_STAGE(struct mss, ctx, call, p)
{
	/* Before the SYN, which carries it. */
	netedit_set(ctx, call, SOL_TCP, TCP_MAXSEG, p->bytes);
}

char _license[] SEC("license") = "GPL";
