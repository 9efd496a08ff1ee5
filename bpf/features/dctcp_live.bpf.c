/* SPDX-License-Identifier: GPL-2.0-only */
/* Moves open connections to our DCTCP where ECN was agreed, and back to their host's own algorithm. */
#include <netedit/live.h>

struct dctcp {
	char algorithm[TCP_CA_NAME_MAX];
};

static __always_inline int runs(struct tcp_sock *tp, const char *algorithm)
{
	char name[TCP_CA_NAME_MAX] = {};
	int i;

	bpf_probe_read_kernel(name, sizeof(name), tp->inet_conn.icsk_ca_ops->name);
#pragma unroll
	for (i = 0; i < TCP_CA_NAME_MAX; i += 8)
		if (*(__u64 *)(name + i) != *(__u64 *)(algorithm + i))
			return 0;
	return 1;
}

NETEDIT_LIVE_STAGE(struct dctcp, tp, call, p)
{
	char algorithm[TCP_CA_NAME_MAX] = {};

	if (call->release) {
		if (!runs(tp, p->algorithm))
			return;
		bpf_probe_read_kernel(algorithm, sizeof(algorithm),
				      tp->inet_conn.icsk_inet.sk.__sk_common.skc_net.net->ipv4.tcp_congestion_control->name);
	} else {
		call->held = runs(tp, p->algorithm);
		if (call->held || call->owned)
			return;
		if (!(tp->ecn_flags & NETEDIT_ECN_AGREED)) {
			call->skipped = 1;
			return;
		}
		__builtin_memcpy(algorithm, p->algorithm, sizeof(algorithm));
	}
	call->held = !netedit_live_set_bytes(tp, call, SOL_TCP, TCP_CONGESTION, algorithm, sizeof(algorithm));
}

char _license[] SEC("license") = "GPL";
