/* SPDX-License-Identifier: GPL-2.0-only */
/* Initial receive window, asked for. */
#include <netedit/stage.h>

struct bench_rwnd {
	__u32 segments;
};

NETEDIT_STAGE(struct bench_rwnd, ctx, call, p)
{
	netedit_answer(call, p->segments);
}

char _license[] SEC("license") = "GPL";
