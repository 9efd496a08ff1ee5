/* SPDX-License-Identifier: GPL-2.0-only */
/* The window a connection may send at once before the first acknowledgement. */
#include <netedit/stage.h>

struct initial_cwnd {
	__u32 segments;
};

NETEDIT_STAGE(struct initial_cwnd, ctx, call, p)
{
	/* Only here does the kernel take it: at connect it answers 0 and does nothing. */
	netedit_set(ctx, call, SOL_TCP, TCP_BPF_IW, p->segments);
}

char _license[] SEC("license") = "GPL";
