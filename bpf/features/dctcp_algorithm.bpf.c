/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Data Center TCP, RFC 8257. The sender estimates the share of marked packets (alpha) and cuts its window by half of that
 * share, at most once per window; the receiver acknowledges at once when the marking changes, so that the sender can count.
 * Loss is answered as Reno answers it. Written without kernel functions, so that it loads wherever struct_ops does (5.6).
 */
#include <netedit/kernel.h>
#include <bpf/bpf_tracing.h>

#define ONE (1u << 16)	  /* alpha is a fraction of this */
#define GAIN_SHIFT 4	  /* g = 1/16, RFC 8257 section 4.2 */
#define MINIMUM_WINDOW 2u /* segments */

#define CA_RECOVERY 3
#define STATE_SYN_SENT 2
/* Macros of the kernel's, which no type tells: TCP_CONG_NEEDS_ECN, TCP_ECN_DEMAND_CWR. DctcpTests see their effect. */
#define CONG_NEEDS_ECN 0x2
#define ECN_DEMAND_CWR 0x4

/* inet_connection_sock.icsk_ack.pending: an acknowledgement is delayed; one is to leave at once. */
enum inet_csk_ack_state_t {
	ICSK_ACK_TIMER = 2,
	ICSK_ACK_NOW = 16,
};
#define ACK_TIMER bpf_core_enum_value(enum inet_csk_ack_state_t, ICSK_ACK_TIMER)
#define ACK_NOW bpf_core_enum_value(enum inet_csk_ack_state_t, ICSK_ACK_NOW)

enum tcp_ca_event {
	CA_EVENT_LOSS = 3,
	CA_EVENT_ECN_NO_CE = 4,
	CA_EVENT_ECN_IS_CE = 5,
};

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct ack_sample {
	__u32 pkts_acked;
};

struct tcp_congestion_ops {
	__u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, __u32 ack, __u32 acked);
	void (*set_state)(struct sock *sk, __u8 state);
	void (*cwnd_event)(struct sock *sk, enum tcp_ca_event event);
	void (*in_ack_event)(struct sock *sk, __u32 flags);
	__u32 (*undo_cwnd)(struct sock *sk);
	void (*init)(struct sock *sk);
	char name[16];
	__u32 flags;
};

#pragma clang attribute pop

/* Kept in the socket's private space of 104 bytes. */
struct dctcp {
	__u32 alpha;	      /* estimated share of marked packets */
	__u32 delivered;      /* counters of the socket when the window began */
	__u32 delivered_ce;
	__u32 window_end;     /* sequence that ends the window */
	__u32 acked_rcv_nxt;  /* receiver: what was received when the marking last was looked at */
	__u32 before_cut;     /* window before the last cut, for undo */
	__u8 marked;	      /* receiver: whether the last packet was */
};

/* Read by the adapter by these names. */
__u64 no_ecn;	  /* connections that chose the algorithm but did not agree on ECN */
__u64 windows_cut; /* windows in which marks cut the window */

static __always_inline struct dctcp *state_of(struct tcp_sock *tp)
{
	return (struct dctcp *)tp->inet_conn.icsk_ca_priv;
}

static __always_inline __u32 at_least(__u32 value, __u32 minimum)
{
	return value < minimum ? minimum : value;
}

static __always_inline int before(__u32 a, __u32 b)
{
	return (__s32)(a - b) < 0;
}

static __always_inline void begin_window(struct tcp_sock *tp, struct dctcp *ca)
{
	ca->window_end = tp->snd_nxt;
	ca->delivered = tp->delivered;
	ca->delivered_ce = tp->delivered_ce;
}

static __always_inline void fall_back(struct sock *sk)
{
#ifndef NETEDIT_NO_FALLBACK
	char cubic[] = "cubic", reno[] = "reno";

	if (bpf_setsockopt(sk, SOL_TCP, TCP_CONGESTION, cubic, sizeof(cubic)))
		bpf_setsockopt(sk, SOL_TCP, TCP_CONGESTION, reno, sizeof(reno));
#endif
}

SEC("struct_ops/netedit_dctcp_init")
void BPF_PROG(netedit_dctcp_init, struct sock *sk)
{
	struct tcp_sock *tp = (struct tcp_sock *)sk;
	struct dctcp *ca = state_of(tp);

	ca->alpha = ONE; /* RFC 8257 section 4.2: as if every packet had been marked */
	ca->acked_rcv_nxt = tp->rcv_nxt;
	ca->before_cut = 0;
	ca->marked = 0;
	begin_window(tp, ca);

	/* An application may choose it before the handshake; then nothing has been agreed yet. */
	if ((tp->ecn_flags & NETEDIT_ECN_AGREED) || tp->inet_conn.icsk_inet.sk.__sk_common.skc_state == STATE_SYN_SENT)
		return;
	__sync_fetch_and_add(&no_ecn, 1);
	fall_back(sk);
}

SEC("struct_ops/netedit_dctcp_in_ack_event")
void BPF_PROG(netedit_dctcp_in_ack_event, struct sock *sk, __u32 flags)
{
	struct tcp_sock *tp = (struct tcp_sock *)sk;
	struct dctcp *ca = state_of(tp);
	__u32 delivered, marked, share;

	if (before(tp->snd_una, ca->window_end))
		return;
	delivered = tp->delivered - ca->delivered;
	marked = tp->delivered_ce - ca->delivered_ce;
	share = 0;
	if (delivered && marked)
		share = marked >= delivered ? ONE : (__u32)(((__u64)marked * ONE) / delivered);
	/* alpha = (1 - g) alpha + g share, RFC 8257 section 3.3; rounded so that it can reach zero */
	ca->alpha = ca->alpha - ((ca->alpha + (1 << GAIN_SHIFT) - 1) >> GAIN_SHIFT) + (share >> GAIN_SHIFT);
	if (ca->alpha > ONE)
		ca->alpha = ONE;
	begin_window(tp, ca);
}

/* The kernel asks once per window in which a mark came back, and when loss begins (set_state then halves). */
SEC("struct_ops/netedit_dctcp_ssthresh")
__u32 BPF_PROG(netedit_dctcp_ssthresh, struct sock *sk)
{
	struct tcp_sock *tp = (struct tcp_sock *)sk;
	struct dctcp *ca = state_of(tp);
	__u32 cut = (__u32)(((__u64)tp->snd_cwnd * ca->alpha) >> 17);

	ca->before_cut = tp->snd_cwnd;
	__sync_fetch_and_add(&windows_cut, 1);
	return at_least(tp->snd_cwnd - cut, MINIMUM_WINDOW);
}

static __always_inline void react_to_loss(struct tcp_sock *tp, struct dctcp *ca)
{
	ca->before_cut = tp->snd_cwnd;
	tp->snd_ssthresh = at_least(tp->snd_cwnd >> 1, MINIMUM_WINDOW);
}

SEC("struct_ops/netedit_dctcp_set_state")
void BPF_PROG(netedit_dctcp_set_state, struct sock *sk, __u8 state)
{
	struct tcp_sock *tp = (struct tcp_sock *)sk;

	if (state == CA_RECOVERY && BPF_CORE_READ_BITFIELD(&tp->inet_conn, icsk_ca_state) != CA_RECOVERY)
		react_to_loss(tp, state_of(tp));
}

/* RFC 8257 section 3.2: when the marking changes, what a delayed acknowledgement still owes is sent with the old one. */
static __always_inline void marking(struct tcp_sock *tp, struct dctcp *ca, __u8 marked)
{
	if (ca->marked != marked) {
		if (tp->inet_conn.icsk_ack.pending & ACK_TIMER) {
			if (ca->marked)
				tp->ecn_flags |= ECN_DEMAND_CWR;
			else
				tp->ecn_flags &= ~ECN_DEMAND_CWR;
			bpf_tcp_send_ack(tp, ca->acked_rcv_nxt);
		}
		tp->inet_conn.icsk_ack.pending |= ACK_NOW;
		ca->marked = marked;
	}
	ca->acked_rcv_nxt = tp->rcv_nxt;
	if (marked)
		tp->ecn_flags |= ECN_DEMAND_CWR;
	else
		tp->ecn_flags &= ~ECN_DEMAND_CWR;
}

SEC("struct_ops/netedit_dctcp_cwnd_event")
void BPF_PROG(netedit_dctcp_cwnd_event, struct sock *sk, enum tcp_ca_event event)
{
	struct tcp_sock *tp = (struct tcp_sock *)sk;
	struct dctcp *ca = state_of(tp);

	if (event == bpf_core_enum_value(enum tcp_ca_event, CA_EVENT_ECN_IS_CE))
		marking(tp, ca, 1);
	else if (event == bpf_core_enum_value(enum tcp_ca_event, CA_EVENT_ECN_NO_CE))
		marking(tp, ca, 0);
	else if (event == bpf_core_enum_value(enum tcp_ca_event, CA_EVENT_LOSS))
		react_to_loss(tp, ca);
}

/* Growth is Reno's, RFC 5681 section 3.1: slow start, then one segment per window. */
SEC("struct_ops/netedit_dctcp_cong_avoid")
void BPF_PROG(netedit_dctcp_cong_avoid, struct sock *sk, __u32 ack, __u32 acked)
{
	struct tcp_sock *tp = (struct tcp_sock *)sk;
	__u32 window = tp->snd_cwnd, threshold = tp->snd_ssthresh, count = tp->snd_cwnd_cnt;
	int limited = BPF_CORE_READ_BITFIELD(tp, is_cwnd_limited);

	/* A sender that does not fill its window must not grow it; in slow start up to twice what it had in flight. */
	if (!limited && !(window < threshold && window < 2 * tp->max_packets_out))
		return;
	if (window < threshold) {
		__u32 grown = window + acked < threshold ? window + acked : threshold;

		acked -= grown - window;
		window = grown;
	}
	if (acked) {
		window = at_least(window, 1);
		count += acked;
		if (count >= window) {
			__u32 more = count / window;

			count -= more * window;
			window += more;
		}
	}
	tp->snd_cwnd_cnt = count;
	tp->snd_cwnd = window < tp->snd_cwnd_clamp ? window : tp->snd_cwnd_clamp;
}

SEC("struct_ops/netedit_dctcp_undo_cwnd")
__u32 BPF_PROG(netedit_dctcp_undo_cwnd, struct sock *sk)
{
	struct tcp_sock *tp = (struct tcp_sock *)sk;

	return at_least(tp->snd_cwnd, state_of(tp)->before_cut);
}

SEC(".struct_ops")
struct tcp_congestion_ops netedit_dctcp = {
	.init = (void *)netedit_dctcp_init,
	.in_ack_event = (void *)netedit_dctcp_in_ack_event,
	.ssthresh = (void *)netedit_dctcp_ssthresh,
	.set_state = (void *)netedit_dctcp_set_state,
	.cwnd_event = (void *)netedit_dctcp_cwnd_event,
	.cong_avoid = (void *)netedit_dctcp_cong_avoid,
	.undo_cwnd = (void *)netedit_dctcp_undo_cwnd,
	.flags = CONG_NEEDS_ECN,
	.name = "netedit_dctcp",
};

char _license[] SEC("license") = "GPL";
