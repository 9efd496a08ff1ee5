/* SPDX-License-Identifier: GPL-2.0-only */
/* What a peer may send at once: at the start, at most, and how much the socket can hold. */
#include <netedit/stage.h>
#include <netedit/receive_window.h>

/* Segments of an Ethernet peer with timestamps, for request sockets, whose MSS cannot be read here. */
#define MSS_IPV4 1448
#define MSS_IPV6 1428

#define SYN_WINDOW 65536 /* RFC 7323: the window of a SYN is not scaled */

static __always_inline __u32 segments(struct tcp_sock *tp, struct netedit_call *call, __u32 bytes)
{
	__u32 mss = tp ? tp->advmss : 0;

	if (!mss)
		mss = call->ipv6 ? MSS_IPV6 : MSS_IPV4;
	return (bytes + mss - 1) / mss;
}

/* Bounds the window; says whether it does. */
static __always_inline int clamp(struct bpf_sock_ops *ctx, struct netedit_call *call, const struct receive_window *p)
{
#ifdef NETEDIT_NO_CLAMP
	return 0;
#else
	__u32 bound = netedit_window_bound(netedit_tcp_sock(ctx), p);

	if (bound)
		netedit_set(ctx, call, SOL_TCP, TCP_WINDOW_CLAMP, bound);
	return p->clamp || p->rate;
#endif
}

NETEDIT_STAGE(struct receive_window, ctx, call, p)
{
	struct tcp_sock *tp;

	switch (call->op) {
	case BPF_SOCK_OPS_RWND_INIT:
		tp = netedit_tcp_sock(ctx);
		if (p->initial)
			netedit_answer(call, segments(tp, call, p->initial));
		else if (p->clamp && p->clamp < SYN_WINDOW) /* what a SYN offers is never taken back */
			netedit_answer(call, segments(tp, call, p->clamp) - 1);
		break;
	case BPF_SOCK_OPS_TCP_CONNECT_CB:
		/* The window scale is fixed by the SYN, so buffer and clamp must be there before it. */
		if (p->buffer)
			netedit_set(ctx, call, SOL_SOCKET, SO_RCVBUF, p->buffer);
		clamp(ctx, call, p);
		break;
	case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
		if (p->buffer)
			netedit_set(ctx, call, SOL_SOCKET, SO_RCVBUF, p->buffer);
		/* fallthrough */
	case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
		if (clamp(ctx, call, p))
			call->callbacks |= BPF_SOCK_OPS_WRITE_HDR_OPT_CB_FLAG;
		break;
	case BPF_SOCK_OPS_HDR_OPT_LEN_CB:
		/* Autotuning lifts the clamp, and so does the kernel (6.10) when it learns how full packets are. This runs
		   before the window of each outgoing segment is chosen, so what the wire shows never exceeds the clamp, and one that
		   follows the round trip knows every sample in time. */
		tp = netedit_tcp_sock(ctx);
		if (tp && netedit_clamp_is_off(tp->window_clamp, netedit_window_bound(tp, p), p))
			clamp(ctx, call, p);
		break;
	}
}

char _license[] SEC("license") = "GPL";
