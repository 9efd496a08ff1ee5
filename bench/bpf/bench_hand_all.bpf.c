/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the chain of all features is measured against: the same stages compiled together into one function, with the calls
 * written down for each operation, the way one does it by hand when the set is known beforehand and scopes inside one another
 * are not. The slots are those of the features' names in order.
 */
#include <netedit/stage.h>
#include <netedit/classify.h>
#include <netedit/mark.h>

#define PASTE_(one, other) one##other
#define PASTE(one, other) PASTE_(one, other)
#define _license PASTE(license_, __COUNTER__)
#undef NETEDIT_STAGE
#define NETEDIT_STAGE(type, ctx, call, parameters)                                                                     \
	static __always_inline void STAGE(struct bpf_sock_ops *ctx, struct netedit_call *call, const type *parameters)

#define STAGE dctcp_stage
#include "../../bpf/features/dctcp.bpf.c"
#undef STAGE
#define STAGE delayed_ack_stage
#include "../../bpf/features/delayed_ack.bpf.c"
#undef STAGE
#define STAGE dscp_stage
#include "../../bpf/features/dscp.bpf.c"
#undef STAGE
#define STAGE ecn_stage
#include "../../bpf/features/ecn.bpf.c"
#undef STAGE
#define STAGE initial_cwnd_stage
#include "../../bpf/features/initial_cwnd.bpf.c"
#undef STAGE
#define STAGE keepalive_stage
#include "../../bpf/features/keepalive.bpf.c"
#undef STAGE
#define STAGE mss_stage
#include "../../bpf/features/mss.bpf.c"
#undef STAGE
#define STAGE pacing_stage
#include "../../bpf/features/pacing.bpf.c"
#undef STAGE
#define STAGE path_rehash_stage
#include "../../bpf/features/path_rehash.bpf.c"
#undef STAGE
#define STAGE receive_window_stage
#include "../../bpf/features/receive_window.bpf.c"
#undef STAGE
#define STAGE rto_stage
#include "../../bpf/features/rto.bpf.c"
#undef STAGE
#define STAGE send_cwnd_clamp_stage
#include "../../bpf/features/send_cwnd_clamp.bpf.c"
#undef STAGE
#define STAGE socket_buffers_stage
#include "../../bpf/features/socket_buffers.bpf.c"
#undef STAGE
#define STAGE syn_timeout_stage
#include "../../bpf/features/syn_timeout.bpf.c"
#undef STAGE
#define STAGE unsent_low_water_stage
#include "../../bpf/features/unsent_low_water.bpf.c"
#undef STAGE

enum {
	DCTCP,
	DELAYED_ACK,
	DSCP,
	ECN,
	INITIAL_CWND,
	KEEPALIVE,
	MSS,
	PACING,
	PATH_REHASH,
	RECEIVE_WINDOW,
	RTO,
	SEND_CWND_CLAMP,
	SOCKET_BUFFERS,
	SYN_TIMEOUT,
	UNSENT_LOW_WATER,
	FEATURES,
};

const volatile struct netedit_chain netedit_chain = {};

static __always_inline __u64 classify(struct bpf_sock_ops *ctx, const struct netedit_state *state, __u8 direction)
{
	struct netedit_rule_key key = { .prefixlen = NETEDIT_LOOKUP_BITS, .chain = netedit_chain.key, .direction = direction };
	__u16 port = direction == NETEDIT_INBOUND ? ctx->local_port : bpf_ntohl(ctx->remote_port);

	if (ctx->family == AF_INET6) {
		/* Volatile: one load each, for merged ones would be refused. */
		volatile __u32 *peer = ctx->remote_ip6;

		key.peer[0] = peer[0];
		key.peer[1] = peer[1];
		key.peer[2] = peer[2];
		key.peer[3] = peer[3];
	} else {
		key.peer[2] = bpf_htonl(0xffff);
		key.peer[3] = ctx->remote_ip4;
	}
	return netedit_classify(key, port, state, state->generation);
}

static __always_inline void count_failure(__u64 profile, __u16 slot, __s32 error)
{
	struct netedit_event_key key = { .profile = profile, .slot = slot, .event = NETEDIT_FAILED, .error = error };
	void *events = netedit_table(&netedit_events);
	__u64 first = 1, *count;

	if (!events)
		return;
	count = bpf_map_lookup_elem(events, &key);
	if (count)
		__sync_fetch_and_add(count, 1);
	else
		bpf_map_update_elem(events, &key, &first, BPF_NOEXIST);
}

#define RUN(slot, stage)                                                                                               \
	if (profile->stages & (1ull << (slot))) {                                                                      \
		call.error = 0;                                                                                        \
		call.enough = 0;                                                                                       \
		stage(ctx, &call, (const void *)profile->parameters[slot]);                                            \
		if (!call.enough)                                                                                      \
			wanted = 1;                                                                                    \
		if (call.error) {                                                                                      \
			failed |= 1u << (slot);                                                                        \
			count_failure(id, slot, call.error);                                                           \
		}                                                                                                      \
	}

#define BEFORE_THE_SYN                                                                                                 \
	RUN(DSCP, dscp_stage)                                                                                          \
	RUN(PATH_REHASH, path_rehash_stage)                                                                            \
	RUN(RECEIVE_WINDOW, receive_window_stage)                                                                      \
	RUN(RTO, rto_stage)                                                                                            \
	RUN(SOCKET_BUFFERS, socket_buffers_stage)

#define WHEN_ESTABLISHED                                                                                               \
	RUN(DCTCP, dctcp_stage)                                                                                        \
	RUN(DELAYED_ACK, delayed_ack_stage)                                                                            \
	RUN(INITIAL_CWND, initial_cwnd_stage)                                                                          \
	RUN(KEEPALIVE, keepalive_stage)                                                                                \
	RUN(PACING, pacing_stage)                                                                                      \
	RUN(SEND_CWND_CLAMP, send_cwnd_clamp_stage)                                                                    \
	RUN(UNSENT_LOW_WATER, unsent_low_water_stage)

SEC("sockops")
int bench_hand_all(struct bpf_sock_ops *ctx)
{
	struct netedit_counters *counters;
	struct netedit_profile *profile;
	struct netedit_call call = {};
	struct netedit_state *state;
	__u32 zero = 0, op = ctx->op;
	struct bpf_sock *sk;
	__u64 id, tuned, failed = 0;
	__u8 direction;
	int wanted = 0;
	__s32 there;
	void *table;

	switch (op) {
	case BPF_SOCK_OPS_TIMEOUT_INIT:
	case BPF_SOCK_OPS_RWND_INIT:
	case BPF_SOCK_OPS_NEEDS_ECN:
	case BPF_SOCK_OPS_TCP_CONNECT_CB:
	case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
	case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
	case BPF_SOCK_OPS_PARSE_HDR_OPT_CB:
	case BPF_SOCK_OPS_HDR_OPT_LEN_CB:
	case BPF_SOCK_OPS_WRITE_HDR_OPT_CB:
		break;
	default:
		return 1;
	}
	state = bpf_map_lookup_elem(&netedit_state, &zero);
	if (!state || state->paused)
		return 1;
	sk = netedit_sk(ctx);
	switch (op) {
	case BPF_SOCK_OPS_PARSE_HDR_OPT_CB:
	case BPF_SOCK_OPS_HDR_OPT_LEN_CB:
	case BPF_SOCK_OPS_WRITE_HDR_OPT_CB:
		direction = ctx->bpf_sock_ops_cb_flags & BPF_SOCK_OPS_RTO_CB_FLAG ? NETEDIT_INBOUND : NETEDIT_OUTBOUND;
		break;
	default:
		direction = !sk || op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB ? NETEDIT_INBOUND : NETEDIT_OUTBOUND;
	}
	id = classify(ctx, state, direction);
	if (!id)
		return 1;
	table = netedit_table(&netedit_profiles);
	if (!table)
		return 1;
	profile = bpf_map_lookup_elem(table, &id);
	if (!profile)
		return 1;
	call.op = op;
	call.hz = netedit_chain.hz;
	call.full = sk != NULL;
	call.direction = direction;
	call.ipv6 = ctx->family == AF_INET6;

	switch (op) {
	case BPF_SOCK_OPS_TIMEOUT_INIT:
		RUN(SYN_TIMEOUT, syn_timeout_stage)
		goto answer;
	case BPF_SOCK_OPS_RWND_INIT:
		RUN(RECEIVE_WINDOW, receive_window_stage)
		goto answer;
	case BPF_SOCK_OPS_NEEDS_ECN:
		RUN(DCTCP, dctcp_stage)
		RUN(ECN, ecn_stage)
		goto answer;
	case BPF_SOCK_OPS_TCP_CONNECT_CB:
		BEFORE_THE_SYN
		RUN(MSS, mss_stage)
		return 1;
	case BPF_SOCK_OPS_PARSE_HDR_OPT_CB:
	case BPF_SOCK_OPS_WRITE_HDR_OPT_CB:
		RUN(DELAYED_ACK, delayed_ack_stage)
		return 1;
	case BPF_SOCK_OPS_HDR_OPT_LEN_CB:
		RUN(DELAYED_ACK, delayed_ack_stage)
		RUN(RECEIVE_WINDOW, receive_window_stage)
		if (!wanted)
			bpf_sock_ops_cb_flags_set(ctx, ctx->bpf_sock_ops_cb_flags & ~BPF_SOCK_OPS_WRITE_HDR_OPT_CB_FLAG);
		return 1;
	case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
		RUN(RECEIVE_WINDOW, receive_window_stage)
		break;
	case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
		BEFORE_THE_SYN
		break;
	}
	WHEN_ESTABLISHED
	call.callbacks |= netedit_mark(direction);
	if (call.callbacks & ~ctx->bpf_sock_ops_cb_flags)
		bpf_sock_ops_cb_flags_set(ctx, call.callbacks | ctx->bpf_sock_ops_cb_flags);

	tuned = profile->stages & ~failed;
	table = netedit_table(&netedit_counters);
	if (!table)
		return 1;
	counters = bpf_map_lookup_elem(table, &id);
	if (!counters)
		return 1;
	counters->connections++;
#pragma unroll
	for (int slot = 0; slot < FEATURES; slot++)
		if (tuned & (1u << slot))
			counters->tuned[slot]++;
	return 1;

answer:
	there = ctx->reply;
	if (call.answered && (there == 0 || there == -1))
		ctx->reply = call.answer;
	return 1;
}
