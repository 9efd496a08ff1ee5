/* SPDX-License-Identifier: GPL-2.0-only */
/* Upper bound of the congestion window, at establishment. */
#include <netedit/stage.h>

struct bench_cwnd_clamp {
	__u32 segments;
};

NETEDIT_STAGE(struct bench_cwnd_clamp, ctx, call, p)
{
	netedit_set(ctx, call, SOL_TCP, TCP_BPF_SNDCWND_CLAMP, p->segments);
}

char _license[] SEC("license") = "GPL";
