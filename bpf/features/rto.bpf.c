/* SPDX-License-Identifier: GPL-2.0-only */
/* Bounds of the retransmission timeout. */
#include <netedit/stage.h>

#define MICROSECONDS 1000000

struct rto {
	__u32 minimum; /* microseconds, 0: as it is */
	__u32 maximum; /* milliseconds, 0: as it is */
};

/* As the kernel rounds it. */
static __always_inline int has_minimum(const struct tcp_sock *tp, const struct rto *p, __u32 hz)
{
	__u32 tick = MICROSECONDS / hz;

	return bpf_core_field_exists(tp->inet_conn.icsk_rto_min) &&
	       tp->inet_conn.icsk_rto_min == (p->minimum + tick - 1) / tick;
}

NETEDIT_STAGE(struct rto, ctx, call, p)
{
	const struct tcp_sock *tp = netedit_tcp_sock(ctx);

	if (!tp)
		return;
	/* An accepted connection may have them from its listener. */
	if (p->minimum && !has_minimum(tp, p, call->hz))
		netedit_set(ctx, call, SOL_TCP, TCP_BPF_RTO_MIN, p->minimum);
#ifndef NETEDIT_NO_MAXIMUM
	if (p->maximum && tp->inet_conn.icsk_rto_max != ((__u64)p->maximum * call->hz + 999) / 1000)
		netedit_set(ctx, call, SOL_TCP, TCP_RTO_MAX_MS, p->maximum);
#endif
}

char _license[] SEC("license") = "GPL";
