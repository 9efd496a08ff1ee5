/* SPDX-License-Identifier: GPL-2.0-only */
/* Initial congestion window, at establishment. */
#include <netedit/stage.h>

struct bench_cwnd {
	__u32 segments;
};

NETEDIT_STAGE(struct bench_cwnd, ctx, call, p)
{
	netedit_set(ctx, call, SOL_TCP, TCP_BPF_IW, p->segments);
}

char _license[] SEC("license") = "GPL";
