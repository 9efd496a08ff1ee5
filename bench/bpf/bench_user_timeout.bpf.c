/* SPDX-License-Identifier: GPL-2.0-only */
/* How long data may stay unacknowledged, before the SYN and when accepted. */
#include <netedit/stage.h>

#define TCP_USER_TIMEOUT 18

struct bench_user_timeout {
	__u32 milliseconds;
};

NETEDIT_STAGE(struct bench_user_timeout, ctx, call, p)
{
	netedit_set(ctx, call, SOL_TCP, TCP_USER_TIMEOUT, p->milliseconds);
}

char _license[] SEC("license") = "GPL";
