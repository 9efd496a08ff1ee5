/* SPDX-License-Identifier: GPL-2.0-only */
/* Asks for ECN in the handshake and, where the peer agreed, chooses our DCTCP (dctcp_algorithm.bpf.c). */
#include <netedit/stage.h>

struct dctcp {
	char algorithm[16];
};

NETEDIT_STAGE(struct dctcp, ctx, call, p)
{
	char algorithm[16];
	struct tcp_sock *tp;

	if (call->op == BPF_SOCK_OPS_NEEDS_ECN) {
		netedit_answer(call, 1);
		return;
	}
	tp = netedit_tcp_sock(ctx);
	if (!tp || !(tp->ecn_flags & NETEDIT_ECN_AGREED)) {
		/* Without marks DCTCP is Reno: the host's own algorithm stays, and the connection is counted. */
		netedit_fail(call, EPROTO);
		return;
	}
	__builtin_memcpy(algorithm, p->algorithm, sizeof(algorithm));
	netedit_set_bytes(ctx, call, SOL_TCP, TCP_CONGESTION, algorithm, sizeof(algorithm));
}

char _license[] SEC("license") = "GPL";
