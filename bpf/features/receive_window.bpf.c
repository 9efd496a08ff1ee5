/* SPDX-License-Identifier: GPL-2.0-only */
/* What a peer may send at once: at the start, at most, and how much the socket can hold. */
#include <netedit/stage.h>
#include <netedit/receive_window.h>

#define SYN_WINDOW 65536 /* RFC 7323: the window of a SYN is not scaled */

#define TIMESTAMP_BYTES 12 /* that a segment has less for data: RFC 7323, appendix A */
#define DEFAULT_MSS 536	   /* of a peer that names none: RFC 9293, 3.7.1 */
#define ADDRESSES 256	   /* of this host, the last ones */

struct own_address {
	__u32 address[4]; /* network order; IPv4 as ::ffff:a.b.c.d */
	__u32 network;	  /* inode of the network namespace */
};

/* The largest segment that connections to an address of ours announce. Of the program, as long as it is attached. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, ADDRESSES);
	__type(key, struct own_address);
	__type(value, __u32);
} own_segments SEC(".maps");

static __always_inline struct own_address own_address(const struct sock_common *skc)
{
	struct own_address key = { .network = BPF_CORE_READ(skc, skc_net.net, ns.inum) };

	if (BPF_CORE_READ(skc, skc_family) == AF_INET6) {
		BPF_CORE_READ_INTO(&key.address, skc, skc_v6_rcv_saddr.in6_u.u6_addr32);
	} else {
		key.address[2] = bpf_htonl(0xffff);
		key.address[3] = BPF_CORE_READ(skc, skc_rcv_saddr);
	}
	return key;
}

static __always_inline void learn_segment(const struct tcp_sock *tp)
{
	struct own_address key;
	__u32 mss, *known;

	if (!tp)
		return;
	key = own_address(&tp->inet_conn.icsk_inet.sk.__sk_common);
	mss = tp->advmss;
	known = bpf_map_lookup_elem(&own_segments, &key);
	if (!known || *known != mss)
		bpf_map_update_elem(&own_segments, &key, &mss, BPF_ANY);
}

/*
 * Of a request socket, which the hook shows to nobody: it is read from behind the context. Its route, and so the
 * segments it will take, stand nowhere yet; connections to the same address before it had the same, and for the first
 * of them it is what the peer named, the same where both links are alike.
 */
static __always_inline __u32 request_mss(struct bpf_sock_ops *ctx)
{
	const struct inet_request_sock *request = (void *)BPF_CORE_READ((struct bpf_sock_ops_kern *)ctx, sk);
	struct own_address key = own_address(&request->req.__req_common);
	const __u32 *known = bpf_map_lookup_elem(&own_segments, &key);
	__u32 mss = known ? *known : BPF_CORE_READ(request, req.mss);

	if (BPF_CORE_READ_BITFIELD_PROBED(request, tstamp_ok) && mss > TIMESTAMP_BYTES)
		mss -= TIMESTAMP_BYTES;
	return mss;
}

static __always_inline __u32 segments(struct bpf_sock_ops *ctx, struct tcp_sock *tp, __u32 bytes)
{
	__u32 mss = tp ? tp->advmss : request_mss(ctx);

	if (!mss)
		mss = DEFAULT_MSS;
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
			netedit_answer(call, segments(ctx, tp, p->initial));
		else if (p->clamp && p->clamp < SYN_WINDOW) /* what a SYN offers is never taken back */
			netedit_answer(call, segments(ctx, tp, p->clamp) - 1);
		break;
	case BPF_SOCK_OPS_TCP_CONNECT_CB:
		/* The window scale is fixed by the SYN, so buffer and clamp must be there before it. */
		if (p->buffer)
			netedit_set(ctx, call, SOL_SOCKET, SO_RCVBUF, p->buffer);
		clamp(ctx, call, p);
		break;
	case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
		learn_segment(netedit_tcp_sock(ctx));
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
