/* SPDX-License-Identifier: GPL-2.0-only */
/* Timeout of a SYN or SYN-ACK, asked for. */
#include <netedit/stage.h>

struct bench_timeout {
	__u32 jiffies;
};

NETEDIT_STAGE(struct bench_timeout, ctx, call, p)
{
	netedit_answer(call, p->jiffies);
}

char _license[] SEC("license") = "GPL";
