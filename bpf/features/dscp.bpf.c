/* SPDX-License-Identifier: GPL-2.0-only */
/* The DSCP of what a connection sends. */
#include <netedit/stage.h>

#define DSCP_SHIFT 2 /* the lower two bits are ECN's */

struct dscp {
	__u8 value;
	__u8 only_asked; /* only where the application asked for `asked` */
	__u8 asked;
};

NETEDIT_STAGE(struct dscp, ctx, call, p)
{
	struct tcp_sock *tp = netedit_tcp_sock(ctx);
	__u8 field;

	if (!tp)
		return;
	if (p->only_asked) {
		field = call->ipv6 ? tp->inet_conn.icsk_inet.pinet6->tclass : tp->inet_conn.icsk_inet.tos;
		if (field >> DSCP_SHIFT != p->asked)
			return;
	}
	if (call->ipv6)
		netedit_set(ctx, call, SOL_IPV6, IPV6_TCLASS, p->value << DSCP_SHIFT);
	else
		netedit_set(ctx, call, SOL_IP, IP_TOS, p->value << DSCP_SHIFT);
}

char _license[] SEC("license") = "GPL";
