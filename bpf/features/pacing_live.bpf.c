/* SPDX-License-Identifier: GPL-2.0-only */
/* The same for open connections. */
#include <netedit/live.h>

#define UNBOUNDED (-1)

struct pacing {
	__u32 rate; /* bytes per second */
};

NETEDIT_LIVE_STAGE(struct pacing, tp, call, p)
{
	unsigned long rate = tp->inet_conn.icsk_inet.sk.sk_max_pacing_rate;

	if (call->release) {
		if (rate == p->rate)
			netedit_live_set(tp, call, SOL_SOCKET, SO_MAX_PACING_RATE, UNBOUNDED);
		return;
	}
	/* What differs although it was given, the application chose. */
	if (rate != p->rate && (!call->owned || call->again))
		netedit_live_set(tp, call, SOL_SOCKET, SO_MAX_PACING_RATE, p->rate);
	call->held = 1;
}

char _license[] SEC("license") = "GPL";
