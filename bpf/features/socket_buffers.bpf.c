/* SPDX-License-Identifier: GPL-2.0-only */
/* Buffers of a fixed size; one that is not given stays autotuned. */
#include <netedit/stage.h>

struct socket_buffers {
	__u32 send;    /* bytes, 0: as it is */
	__u32 receive; /* bytes, 0: as it is */
};

NETEDIT_STAGE(struct socket_buffers, ctx, call, p)
{
	if (p->send)
		netedit_set(ctx, call, SOL_SOCKET, SO_SNDBUF, p->send);
	if (p->receive)
		netedit_set(ctx, call, SOL_SOCKET, SO_RCVBUF, p->receive);
}

char _license[] SEC("license") = "GPL";
