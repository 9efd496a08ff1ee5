/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Acknowledgements that come soon, and a peer that knows it: it need not wait 200 ms for one. Each end says in its first
 * segments once there is data how long it may delay an acknowledgement; the handshake itself is left as it is, so SYN
 * cookies and Fast Open are none of its business.
 */
#include <netedit/stage.h>
#include <netedit/delayed_ack.h>
#include <netedit/lost_option.h>

#define MICROSECONDS 1000000
#define MILLISECOND 1000

/*
 * Segments that say it: of those with data the first few, and as many more as leave before one is acknowledged; of
 * those without, which nobody acknowledges, two. One that is lost is nothing; where it looks as if all were,
 * lost_option.h has the way back.
 */
#define SAID_SEGMENTS 8
#define SAID_ALONE 2
#define SAID_AT_MOST 64

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
	return tp->segs_out >= SAID_SEGMENTS && (!tp->data_segs_out || netedit_lost_is_acknowledged(tp));
}

/* Whether the segment carries data; room that is reserved for the segment size is for such, too. */
static __always_inline int carries_data(struct bpf_sock_ops *ctx)
{
	return ctx->args[0] == BPF_WRITE_HDR_TCP_CURRENT_MSS || ctx->skb_len;
}

/* Not before there is data: a connection that never has any pays for no option. */
static __always_inline int may_say_alone(struct tcp_sock *tp, __u8 direction)
{
	return (tp->data_segs_out || tp->bytes_received) && netedit_lost_sent_alone(tp, direction) < SAID_ALONE &&
	       !netedit_lost_repeats_data(tp, direction);
}

static __always_inline void say(struct bpf_sock_ops *ctx, struct netedit_call *call)
{
	struct tcp_sock *tp = netedit_tcp_sock(ctx);
	enum netedit_lost_state state = NETEDIT_LOST_UNKNOWN;

	if (!tp)
		return;
	if (netedit_lost_is_suspected(tp, call->direction)) {
		netedit_lost_suspect(ctx, tp);
		return;
	}
	if (netedit_lost_ends_with_data(tp) || (!tp->data_segs_out && tp->segs_out < SAID_AT_MOST))
		state = netedit_lost_settle(ctx, tp);
	if (state == NETEDIT_LOST_OPEN)
		return;
	if (state == NETEDIT_LOST_PROVEN)
		netedit_fail(call, ETIMEDOUT);
	if (netedit_lost_ends_with_data(tp) || state == NETEDIT_LOST_PROVEN || is_said(tp) || tp->segs_out >= SAID_AT_MOST)
		call->enough = 1;
	else if (carries_data(ctx) || may_say_alone(tp, call->direction))
		/* Without room another segment says it. */
		bpf_reserve_hdr_opt(ctx, sizeof(struct netedit_delayed_ack_option), 0);
}

/* Tells the peer nothing where the path there does not let it through. */
static __always_inline void begin(struct bpf_sock_ops *ctx, struct netedit_call *call)
{
	const struct tcp_sock *tp = netedit_tcp_sock(ctx);

	if (!tp)
		return;
	if (netedit_lost_is_remembered(tp))
		netedit_fail(call, EHOSTUNREACH);
	else
		call->callbacks |= BPF_SOCK_OPS_WRITE_HDR_OPT_CB_FLAG;
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

	switch (call->op) {
	case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
	case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
		if (!netedit_set(ctx, call, SOL_TCP, TCP_BPF_DELACK_MAX, delay(call, p)))
			begin(ctx, call);
		call->callbacks |= BPF_SOCK_OPS_PARSE_UNKNOWN_HDR_OPT_CB_FLAG;
		break;
	case BPF_SOCK_OPS_HDR_OPT_LEN_CB:
		say(ctx, call);
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
