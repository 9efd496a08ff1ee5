/* SPDX-License-Identifier: GPL-2.0-only */
/* Asks for ECN, and agrees to it, whatever net.ipv4.tcp_ecn says. */
#include <netedit/stage.h>

struct ecn {
};

NETEDIT_STAGE(struct ecn, ctx, call, p)
{
	netedit_answer(call, 1);
}

char _license[] SEC("license") = "GPL";
