/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether a connection that sees loss takes another path: another hash, and with IPv6 another flow label. */
#include <netedit/stage.h>

enum choice {
	CHOICE_NONE = 0, /* as it is */
	CHOICE_ON = 1,
	CHOICE_OFF = 2,
};

struct path_rehash {
	__u8 rehash;
	__u8 flow_label;
};

NETEDIT_STAGE(struct path_rehash, ctx, call, p)
{
	const struct tcp_sock *tp = netedit_tcp_sock(ctx);

	if (!tp)
		return;
	/* An accepted connection may have it from its listener. */
	if (p->rehash && tp->inet_conn.icsk_inet.sk.sk_txrehash != (p->rehash == CHOICE_ON))
		netedit_set(ctx, call, SOL_SOCKET, SO_TXREHASH, p->rehash == CHOICE_ON);
	if (p->flow_label && call->ipv6)
		netedit_set(ctx, call, SOL_IPV6, IPV6_AUTOFLOWLABEL, p->flow_label == CHOICE_ON);
}

char _license[] SEC("license") = "GPL";
