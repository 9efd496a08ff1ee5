/* SPDX-License-Identifier: GPL-2.0-only */
/* Unsent bytes a socket holds, at establishment. */
#include <netedit/stage.h>

#define TCP_NOTSENT_LOWAT 25

struct bench_lowat {
	__u32 bytes;
};

NETEDIT_STAGE(struct bench_lowat, ctx, call, p)
{
	netedit_set(ctx, call, SOL_TCP, TCP_NOTSENT_LOWAT, p->bytes);
}

char _license[] SEC("license") = "GPL";
