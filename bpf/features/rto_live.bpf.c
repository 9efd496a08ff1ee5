/* SPDX-License-Identifier: GPL-2.0-only */
/* The same for open connections, and back to their host's own. */
#include <netedit/live.h>

#define LARGEST_MINIMUM 200000 /* microseconds; the kernel's own, and the most it takes */

struct rto {
	__u32 minimum; /* microseconds, 0: as it is */
	__u32 maximum; /* milliseconds, 0: as it is */
};

static __always_inline int host_minimum(struct tcp_sock *tp)
{
	const struct net *net = tp->inet_conn.icsk_inet.sk.__sk_common.skc_net.net;
	int minimum = LARGEST_MINIMUM;

	if (bpf_core_field_exists(net->ipv4.sysctl_tcp_rto_min_us))
		minimum = net->ipv4.sysctl_tcp_rto_min_us;
	return minimum < LARGEST_MINIMUM ? minimum : LARGEST_MINIMUM;
}

#ifndef NETEDIT_NO_MAXIMUM
static __always_inline int host_maximum(struct tcp_sock *tp)
{
	return tp->inet_conn.icsk_inet.sk.__sk_common.skc_net.net->ipv4.sysctl_tcp_rto_max_ms;
}
#endif

NETEDIT_LIVE_STAGE(struct rto, tp, call, p)
{
	__u8 set = !call->release && (!call->owned || call->again);
	__u8 all = call->release || call->again; /* also what an earlier policy gave and this one does not */

	if (call->release && !call->owned)
		return;
	if (call->release || set) {
		if (p->minimum || all)
			netedit_live_set(tp, call, SOL_TCP, TCP_BPF_RTO_MIN, set && p->minimum ? (int)p->minimum : host_minimum(tp));
#ifndef NETEDIT_NO_MAXIMUM
		if (p->maximum || all)
			netedit_live_set(tp, call, SOL_TCP, TCP_RTO_MAX_MS, set && p->maximum ? (int)p->maximum : host_maximum(tp));
#endif
	}
	call->held = set ? !call->error : !call->release;
}

char _license[] SEC("license") = "GPL";
