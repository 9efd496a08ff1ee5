/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a chain of the eight bench stages is measured against: the same maps, classification, counters and settings as one
 * function, the way one writes it by hand when the eight are known beforehand, and scopes inside one another are not.
 */
#include <netedit/stage.h>
#include <netedit/classify.h>

#define TCP_USER_TIMEOUT 18
#define TCP_NOTSENT_LOWAT 25
#define SO_MAX_PACING_RATE 47

/* Slots of the profile, in the order of the chain's stages. */
enum { CWND, RWND, ECN, TIMEOUT, PACING, LOWAT, USER_TIMEOUT, CWND_CLAMP, SETTINGS };

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

static __always_inline void count_event(__u64 profile, __u16 slot, __u16 event, __s32 error)
{
	struct netedit_event_key key = { .profile = profile, .slot = slot, .event = event, .error = error };
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

static __always_inline void answer(struct bpf_sock_ops *ctx, struct netedit_profile *profile, __u64 id, int slot)
{
	__s32 value, there = ctx->reply;

	if (!(profile->stages & (1u << slot)))
		return;
	value = *(__u32 *)profile->parameters[slot];
	if (there == 0 || there == -1)
		ctx->reply = value;
	else if (there != value)
		count_event(id, slot, NETEDIT_CONFLICT, 0);
}

static __always_inline void set(struct bpf_sock_ops *ctx, struct netedit_profile *profile, __u64 id, __u64 *failed, int slot,
				int level, int name)
{
	__u32 value;
	int error;

	if (!(profile->stages & (1u << slot)))
		return;
	value = *(__u32 *)profile->parameters[slot];
	error = bpf_setsockopt(ctx, level, name, &value, sizeof(value));
	if (error) {
		*failed |= 1u << slot;
		count_event(id, slot, NETEDIT_FAILED, -error);
	}
}

#define SET(slot, level, name) set(ctx, profile, id, &failed, slot, level, name)

SEC("sockops")
int bench_hand(struct bpf_sock_ops *ctx)
{
	struct netedit_counters *counters;
	struct netedit_profile *profile;
	struct netedit_state *state;
	__u32 zero = 0, op = ctx->op;
	struct bpf_sock *sk;
	__u64 id, tuned, failed = 0;
	void *table;

	switch (op) {
	case BPF_SOCK_OPS_TIMEOUT_INIT:
	case BPF_SOCK_OPS_RWND_INIT:
	case BPF_SOCK_OPS_NEEDS_ECN:
	case BPF_SOCK_OPS_TCP_CONNECT_CB:
	case BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB:
	case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
		break;
	default:
		return 1;
	}
	state = bpf_map_lookup_elem(&netedit_state, &zero);
	if (!state || state->paused)
		return 1;
	sk = netedit_sk(ctx);
	id = classify(ctx, state,
		      !sk || op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB ? NETEDIT_INBOUND : NETEDIT_OUTBOUND);
	if (!id)
		return 1;
	table = netedit_table(&netedit_profiles);
	if (!table)
		return 1;
	profile = bpf_map_lookup_elem(table, &id);
	if (!profile)
		return 1;

	switch (op) {
	case BPF_SOCK_OPS_TIMEOUT_INIT:
		answer(ctx, profile, id, TIMEOUT);
		return 1;
	case BPF_SOCK_OPS_RWND_INIT:
		answer(ctx, profile, id, RWND);
		return 1;
	case BPF_SOCK_OPS_NEEDS_ECN:
		answer(ctx, profile, id, ECN);
		return 1;
	case BPF_SOCK_OPS_TCP_CONNECT_CB:
		SET(USER_TIMEOUT, SOL_TCP, TCP_USER_TIMEOUT);
		return 1;
	case BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB:
		SET(USER_TIMEOUT, SOL_TCP, TCP_USER_TIMEOUT);
		break;
	}
	SET(CWND, SOL_TCP, TCP_BPF_IW);
	SET(PACING, SOL_SOCKET, SO_MAX_PACING_RATE);
	SET(LOWAT, SOL_TCP, TCP_NOTSENT_LOWAT);
	SET(CWND_CLAMP, SOL_TCP, TCP_BPF_SNDCWND_CLAMP);

	table = netedit_table(&netedit_counters);
	if (!table)
		return 1;
	counters = bpf_map_lookup_elem(table, &id);
	if (!counters)
		return 1;
	counters->connections++;
	tuned = profile->stages & ~failed;
#pragma unroll
	for (int slot = 0; slot < SETTINGS; slot++)
		if (tuned & (1u << slot))
			counters->tuned[slot]++;
	return 1;
}

char _license[] SEC("license") = "GPL";
