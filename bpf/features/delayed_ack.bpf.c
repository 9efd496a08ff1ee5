/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Acknowledgements that come soon, and a peer that knows it: it need not wait 200 ms for one. Each end says in its first
 * segments after the handshake how long it may delay an acknowledgement; the handshake itself is left as it is, so SYN
 * cookies and Fast Open are none of its business.
 */
#include <netedit/stage.h>
#include <netedit/delayed_ack.h>

#define MICROSECONDS 1000000
#define MILLISECOND 1000

/*
 * Segments that say it, of every kind: one that is lost is nothing. Where data was sent and none of it acknowledged, perhaps
 * all of them are.
 */
#define SAID_SEGMENTS 8

struct delayed_ack {
	__u32 maximum; /* microseconds */
};

static __always_inline __u32 tick(const struct netedit_call *call)
{
	return MICROSECONDS / call->hz;
}

/* The kernel takes no less than two ticks. */
static __always_inline __u32 delay(const struct netedit_call *call, const struct delayed_ack *p)
{
	return p->maximum > 2 * tick(call) ? p->maximum : 2 * tick(call);
}

static __always_inline int is_said(const struct tcp_sock *tp)
{
	/* The SYN counts as one byte of its sender's. */
	return tp->segs_out >= SAID_SEGMENTS && (!tp->data_segs_out || tp->bytes_acked > 1);
}

/* A minimum that somebody chose, as the feature rto does, stays. */
static __always_inline int is_the_hosts(struct tcp_sock *tp, __u32 hz)
{
	const struct net *net = tp->inet_conn.icsk_inet.sk.__sk_common.skc_net.net;
	__u64 minimum = MICROSECONDS / 5;

	if (bpf_core_field_exists(net->ipv4.sysctl_tcp_rto_min_us))
		minimum = net->ipv4.sysctl_tcp_rto_min_us;
	return tp->inet_conn.icsk_rto_min == minimum * hz / MICROSECONDS;
}

static __always_inline void hear(struct bpf_sock_ops *ctx, struct netedit_call *call)
{
	struct netedit_delayed_ack_option option = {
		.kind = NETEDIT_OPTION_KIND,
		.length = NETEDIT_OPTION_SEARCHED,
		.id = bpf_htonl(NETEDIT_OPTION_ID),
	};
	struct tcp_sock *tp = netedit_tcp_sock(ctx);
	__u32 wait;

	if (!tp || bpf_load_hdr_opt(ctx, &option, sizeof(option), 0) != sizeof(option))
		return;
	wait = bpf_ntohs(option.delay) * MILLISECOND + tick(call);
	if (wait < MICROSECONDS / 5 && is_the_hosts(tp, call->hz))
		netedit_set(ctx, call, SOL_TCP, TCP_BPF_RTO_MIN, wait);
}

NETEDIT_STAGE(struct delayed_ack, ctx, call, p)
{
	struct netedit_delayed_ack_option option = {
		.kind = NETEDIT_OPTION_KIND,
		.length = sizeof(option),
		.id = bpf_htonl(NETEDIT_OPTION_ID),
	};
	struct tcp_sock *tp;

	switch (call->op) {
	case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
	case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
		if (!netedit_set(ctx, call, SOL_TCP, TCP_BPF_DELACK_MAX, delay(call, p)))
			call->callbacks |= BPF_SOCK_OPS_WRITE_HDR_OPT_CB_FLAG;
		call->callbacks |= BPF_SOCK_OPS_PARSE_UNKNOWN_HDR_OPT_CB_FLAG;
		break;
	case BPF_SOCK_OPS_HDR_OPT_LEN_CB:
		tp = netedit_tcp_sock(ctx);
		if (tp && is_said(tp))
			call->enough = 1;
		else
			bpf_reserve_hdr_opt(ctx, sizeof(option), 0); /* without room for it another segment says it */
		break;
	case BPF_SOCK_OPS_WRITE_HDR_OPT_CB:
		option.delay = bpf_htons((delay(call, p) + tick(call) + MILLISECOND - 1) / MILLISECOND);
		bpf_store_hdr_opt(ctx, &option, sizeof(option), 0);
		break;
	case BPF_SOCK_OPS_PARSE_HDR_OPT_CB:
		hear(ctx, call);
		break;
	}
}

char _license[] SEC("license") = "GPL";
