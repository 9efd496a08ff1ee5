/* SPDX-License-Identifier: GPL-2.0-only */
/* When a silent peer is asked whether it lives, and when it is given up. */
#include <netedit/stage.h>

struct keepalive {
	__u32 idle;	    /* seconds, 0: as it is; so are the others */
	__u32 interval;	    /* seconds */
	__u32 count;	    /* probes */
	__u32 user_timeout; /* milliseconds */
};

/* What an accepted connection has from its listener is not set again. */
NETEDIT_STAGE(struct keepalive, ctx, call, p)
{
	const struct tcp_sock *tp = netedit_tcp_sock(ctx);

	if (!tp)
		return;
	if (p->idle && tp->keepalive_time != p->idle * call->hz)
		netedit_set(ctx, call, SOL_TCP, TCP_KEEPIDLE, p->idle);
	if (p->interval && tp->keepalive_intvl != p->interval * call->hz)
		netedit_set(ctx, call, SOL_TCP, TCP_KEEPINTVL, p->interval);
	if (p->count && tp->keepalive_probes != p->count)
		netedit_set(ctx, call, SOL_TCP, TCP_KEEPCNT, p->count);
	if (p->user_timeout && tp->inet_conn.icsk_user_timeout != p->user_timeout)
		netedit_set(ctx, call, SOL_TCP, TCP_USER_TIMEOUT, p->user_timeout);
	if ((p->idle || p->interval || p->count) &&
	    !(tp->inet_conn.icsk_inet.sk.__sk_common.skc_flags >> SOCK_KEEPOPEN & 1))
		netedit_set(ctx, call, SOL_SOCKET, SO_KEEPALIVE, 1);
}

char _license[] SEC("license") = "GPL";
