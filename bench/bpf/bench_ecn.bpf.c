/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether to ask for ECN, asked for. */
#include <netedit/stage.h>

struct bench_ecn {
	__u32 wanted;
};

NETEDIT_STAGE(struct bench_ecn, ctx, call, p)
{
	netedit_answer(call, p->wanted);
}

char _license[] SEC("license") = "GPL";
