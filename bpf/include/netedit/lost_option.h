/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The way back of an end that writes a TCP option which some middlebox may not let through: it stops after a few
 * segments that stay without an answer, and remembers the peer once the same without the option was heard.
 *
 * What is sent with it and gets lost shows in two ways, both of which the kernel counts anyway: data of ours that had to
 * be sent again, and data of the peer that comes again because no acknowledgement reached it. The end of the handshake
 * goes without the option: a SYN-ACK that comes again proves nothing, a busy server does that as well.
 */
#ifndef NETEDIT_LOST_OPTION_H
#define NETEDIT_LOST_OPTION_H

#include <netedit/stage.h>

#define NETEDIT_LOST_TRIES 2	 /* segments of a kind: one may be lost for any reason */
#define NETEDIT_LOST_PEERS 1024	 /* remembered at once, the last ones */

/*
 * How long a peer is left alone: the kernel's own time for MPTCP, an option as well, where middleboxes drop it
 * (Documentation/networking/mptcp-sysctl.rst, blackhole_timeout).
 */
#define NETEDIT_LOST_LIFETIME (3600ull * 1000000000) /* nanoseconds */

struct netedit_lost_key {
	__u32 peer[4]; /* network order; IPv4 as ::ffff:a.b.c.d */
	__u32 network; /* inode of the network namespace */
};

struct netedit_lost {
	__u64 until;	  /* nanoseconds since boot; 0: suspected, not proven */
	__u64 connection; /* whose segments got lost */
	__u32 received;	  /* what it had received then */
	__u32 reserved;
};

/* Belongs to the program: each chain that has the feature has a map of its own. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, NETEDIT_LOST_PEERS);
	__type(key, struct netedit_lost_key);
	__type(value, struct netedit_lost);
} lost_options SEC(".maps");

static __always_inline struct netedit_lost_key netedit_lost_key(const struct tcp_sock *tp)
{
	const struct sock_common *skc = &tp->inet_conn.icsk_inet.sk.__sk_common;
	struct netedit_lost_key key = { .network = skc->skc_net.net->ns.inum };

	if (skc->skc_family == AF_INET6) {
		key.peer[0] = skc->skc_v6_daddr.in6_u.u6_addr32[0];
		key.peer[1] = skc->skc_v6_daddr.in6_u.u6_addr32[1];
		key.peer[2] = skc->skc_v6_daddr.in6_u.u6_addr32[2];
		key.peer[3] = skc->skc_v6_daddr.in6_u.u6_addr32[3];
	} else {
		key.peer[2] = bpf_htonl(0xffff);
		key.peer[3] = skc->skc_daddr;
	}
	return key;
}

/* Whether the option was lost on the path to this peer a short while ago. */
static __always_inline int netedit_lost_is_remembered(const struct tcp_sock *tp)
{
	struct netedit_lost_key key = netedit_lost_key(tp);
	const struct netedit_lost *lost = bpf_map_lookup_elem(&lost_options, &key);

	return lost && lost->until > bpf_ktime_get_ns();
}

/* Segments without data that were sent after the handshake; its end is one where the client does not wait for data. */
static __always_inline __u32 netedit_lost_sent_alone(const struct tcp_sock *tp, __u8 direction)
{
	__u32 alone = tp->segs_out - tp->data_segs_out, handshake = direction == NETEDIT_OUTBOUND ? 2 : 0;

	return alone > handshake ? alone - handshake : 0;
}

/* The peer has acknowledged data of ours. The SYN counts as one byte of its sender's. */
static __always_inline int netedit_lost_is_acknowledged(const struct tcp_sock *tp)
{
	return tp->bytes_acked > 1;
}

/* Data is sent with it no more: it was in several segments, and data had to be sent again. */
static __always_inline int netedit_lost_ends_with_data(const struct tcp_sock *tp)
{
	return tp->bytes_retrans && tp->data_segs_out >= NETEDIT_LOST_TRIES;
}

/* The segment that is about to leave answers data that came before, and others without data went before it. */
static __always_inline int netedit_lost_repeats_data(struct tcp_sock *tp, __u8 direction)
{
	return BPF_CORE_READ_BITFIELD(tp, rx_opt.dsack) && netedit_lost_sent_alone(tp, direction) >= NETEDIT_LOST_TRIES;
}

/* Nothing that was sent with it seems to have come through. */
static __always_inline int netedit_lost_is_suspected(struct tcp_sock *tp, __u8 direction)
{
	if (tp->data_segs_out)
		return netedit_lost_ends_with_data(tp) && !netedit_lost_is_acknowledged(tp);
	/* What comes again is the first byte that the peer ever sent. */
	return netedit_lost_repeats_data(tp, direction) &&
	       tp->duplicate_sack[0].start_seq == tp->rcv_nxt - (__u32)tp->bytes_received;
}

static __always_inline void netedit_lost_suspect(struct bpf_sock_ops *ctx, const struct tcp_sock *tp)
{
	struct netedit_lost_key key = netedit_lost_key(tp);
	struct netedit_lost suspected = { .connection = bpf_get_socket_cookie(ctx), .received = tp->rcv_nxt };
	const struct netedit_lost *lost = bpf_map_lookup_elem(&lost_options, &key);

	if (!lost || lost->until <= bpf_ktime_get_ns())
		bpf_map_update_elem(&lost_options, &key, &suspected, BPF_ANY);
}

enum netedit_lost_state {
	NETEDIT_LOST_UNKNOWN, /* this connection's segments are not suspected, or another's are */
	NETEDIT_LOST_OPEN,    /* they are, and nothing came since that tells */
	NETEDIT_LOST_PROVEN,  /* the peer hears what is sent without */
};

/* Remembers the peer when it goes on now that the option is left out: it is there, and the option was to blame. */
static __always_inline enum netedit_lost_state netedit_lost_settle(struct bpf_sock_ops *ctx, const struct tcp_sock *tp)
{
	struct netedit_lost_key key = netedit_lost_key(tp);
	struct netedit_lost *lost = bpf_map_lookup_elem(&lost_options, &key);

	if (!lost || lost->until || lost->connection != bpf_get_socket_cookie(ctx))
		return NETEDIT_LOST_UNKNOWN;
	if (!netedit_lost_is_acknowledged(tp) && (tp->data_segs_out || lost->received == tp->rcv_nxt))
		return NETEDIT_LOST_OPEN;
	lost->until = bpf_ktime_get_ns() + NETEDIT_LOST_LIFETIME;
	return NETEDIT_LOST_PROVEN;
}

#endif
