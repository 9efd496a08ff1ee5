/* SPDX-License-Identifier: GPL-2.0-only */
/* The congestion control of an open connection. */
#ifndef NETEDIT_ALGORITHM_H
#define NETEDIT_ALGORITHM_H

#include <netedit/live.h>

static __always_inline int netedit_runs(struct tcp_sock *tp, const char *algorithm)
{
	const struct tcp_congestion_ops___name *runs = tp->inet_conn.icsk_ca_ops;
	int i;

#pragma unroll
	for (i = 0; i < TCP_CA_NAME_MAX; i += 8)
		if (*(const __u64 *)(runs->name + i) != *(const __u64 *)(algorithm + i))
			return 0;
	return 1;
}

static __always_inline int netedit_run(struct tcp_sock *tp, struct netedit_live_call *call, const char *algorithm)
{
	char name[TCP_CA_NAME_MAX];

	__builtin_memcpy(name, algorithm, sizeof(name));
	return netedit_live_set_bytes(tp, call, SOL_TCP, TCP_CONGESTION, name, sizeof(name));
}

/* What its network namespace gives new connections. */
static __always_inline int netedit_run_host_algorithm(struct tcp_sock *tp, struct netedit_live_call *call)
{
	const struct net *net = tp->inet_conn.icsk_inet.sk.__sk_common.skc_net.net;
	char name[TCP_CA_NAME_MAX] = {};

	bpf_probe_read_kernel(name, sizeof(name), net->ipv4.tcp_congestion_control->name);
	return netedit_live_set_bytes(tp, call, SOL_TCP, TCP_CONGESTION, name, sizeof(name));
}

#endif
