/* SPDX-License-Identifier: GPL-2.0-only */
/* Pacing rate, at establishment. */
#include <netedit/stage.h>

#define SO_MAX_PACING_RATE 47

struct bench_pacing {
	__u32 bytes_per_second;
};

NETEDIT_STAGE(struct bench_pacing, ctx, call, p)
{
	netedit_set(ctx, call, SOL_SOCKET, SO_MAX_PACING_RATE, p->bytes_per_second);
}

char _license[] SEC("license") = "GPL";
