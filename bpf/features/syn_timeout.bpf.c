/* SPDX-License-Identifier: GPL-2.0-only */
/* How long the first SYN or SYN-ACK is waited for before it is sent again. */
#include <netedit/stage.h>

struct syn_timeout {
	__u32 milliseconds;
};

NETEDIT_STAGE(struct syn_timeout, ctx, call, p)
{
	netedit_answer(call, (p->milliseconds * call->hz + 999) / 1000);
}

char _license[] SEC("license") = "GPL";
