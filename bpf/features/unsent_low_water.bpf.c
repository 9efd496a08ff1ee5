/* SPDX-License-Identifier: GPL-2.0-only */
/* How much an application may put into a socket before it is sent. */
#include <netedit/stage.h>

struct unsent_low_water {
	__u32 bytes;
};

NETEDIT_STAGE(struct unsent_low_water, ctx, call, p)
{
	const struct tcp_sock *tp = netedit_tcp_sock(ctx);

	/* An accepted connection may have it from its listener. */
	if (tp && tp->notsent_lowat != p->bytes)
		netedit_set(ctx, call, SOL_TCP, TCP_NOTSENT_LOWAT, p->bytes);
}

char _license[] SEC("license") = "GPL";
