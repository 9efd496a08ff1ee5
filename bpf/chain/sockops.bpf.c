/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one program NetEdit attaches to a cgroup. It finds the connection's profile, calls the stages of the features that
 * the profile uses, and alone writes the hook's answer. The adapter links the features' stages over the empty slots below.
 */
#include <netedit/stage.h>
#include <netedit/maps.h>

const volatile struct netedit_chain netedit_chain = {};

#define OPERATION(op) (1u << (op))

/* The operations whose `reply` the kernel reads; for all others that word holds arguments. */
#define QUERIES                                                                                                        \
	(OPERATION(BPF_SOCK_OPS_TIMEOUT_INIT) | OPERATION(BPF_SOCK_OPS_RWND_INIT) |                                    \
	 OPERATION(BPF_SOCK_OPS_NEEDS_ECN) | OPERATION(BPF_SOCK_OPS_BASE_RTT))

#define ESTABLISHED                                                                                                    \
	(OPERATION(BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB) | OPERATION(BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB))

#define FOR_EACH_SLOT(X)                                                                                               \
	X(0, 00) X(1, 01) X(2, 02) X(3, 03) X(4, 04) X(5, 05) X(6, 06) X(7, 07)                                        \
	X(8, 08) X(9, 09) X(10, 10) X(11, 11) X(12, 12) X(13, 13) X(14, 14) X(15, 15)

#define EMPTY_SLOT(slot, digits)                                                                                       \
	__weak __hidden int netedit_stage_##digits(struct bpf_sock_ops *ctx, struct netedit_call *call,                \
						   const void *parameters)                                             \
	{                                                                                                              \
		return 0;                                                                                              \
	}
FOR_EACH_SLOT(EMPTY_SLOT)

static __always_inline __u16 port_class(__u32 table, __u16 port)
{
	struct netedit_port_key key = { .chain = netedit_chain.key, .page = port / NETEDIT_PORT_PAGE };
	struct netedit_port_page *page;
	void *ports;

	ports = bpf_map_lookup_elem(&netedit_ports, &table);
	if (!ports)
		return 0;
	page = bpf_map_lookup_elem(ports, &key);
	return page ? page->classes[port % NETEDIT_PORT_PAGE] : 0;
}

/* A load the compiler cannot merge with its neighbour: that would compute an address, which the verifier refuses. */
#define READ(field)                                                                                                    \
	({                                                                                                             \
		__u32 value_;                                                                                          \
		asm volatile("%0 = *(u32 *)(%1 + %2)"                                                                  \
			     : "=r"(value_)                                                                            \
			     : "r"(ctx), "i"(__builtin_offsetof(struct bpf_sock_ops, field)));                         \
		value_;                                                                                                \
	})

static __always_inline __u64 mix(__u64 hash, __u64 word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15ull; /* 2^64 divided by the golden ratio */
	return hash ^ (hash >> 32);
}

/*
 * The id of the profile for this connection, or 0. Looked up in the rules once; a request socket has no storage to
 * remember it in, and the next connection often goes the same way, so each CPU remembers its last classifications.
 */
static __always_inline __u64 classify(struct bpf_sock_ops *ctx, const struct netedit_state *state, __u32 generation,
				      __u8 direction)
{
	struct netedit_rule_key key = { .prefixlen = NETEDIT_LOOKUP_BITS, .chain = netedit_chain.key };
	__u16 port = direction == NETEDIT_INBOUND ? ctx->local_port : bpf_ntohl(ctx->remote_port);
	__u32 table = generation & 1, slot;
	struct netedit_recent *recent;
	__u64 hash, *found, id;
	void *rules;

	key.direction = direction;
	if (ctx->family == AF_INET6) {
		key.peer[0] = READ(remote_ip6[0]);
		key.peer[1] = READ(remote_ip6[1]);
		key.peer[2] = READ(remote_ip6[2]);
		key.peer[3] = READ(remote_ip6[3]);
	} else {
		key.peer[2] = bpf_htonl(0xffff);
		key.peer[3] = READ(remote_ip4);
	}

	hash = mix(state->seed ^ generation, (__u64)key.peer[0] << 32 | key.peer[1]);
	hash = mix(hash, (__u64)key.peer[2] << 32 | key.peer[3]);
	hash = mix(hash, (__u64)key.chain << 32 | (__u32)port << 16 | direction);
	slot = hash % NETEDIT_RECENT;
	recent = bpf_map_lookup_elem(&netedit_recent, &slot);
	if (recent) {
		id = recent->profile;
		if ((recent->check ^ id) == hash)
			return id;
	}

	rules = bpf_map_lookup_elem(&netedit_rules, &table);
	if (!rules)
		return 0;
	key.port_class = port_class(table, port);
	found = bpf_map_lookup_elem(rules, &key);
	id = found ? *found : 0;
	if (recent) {
		recent->profile = id;
		recent->check = hash ^ id;
	}
	return id;
}

static __always_inline void count_event(__u64 profile, __u16 slot, __u16 event, __s32 error)
{
	struct netedit_event_key key = { .profile = profile, .slot = slot, .event = event, .error = error };
	void *events = netedit_table(&netedit_events);
	__u64 first = 1, *count;

	if (!events)
		return;
	count = bpf_map_lookup_elem(events, &key);
	if (!count) {
		if (!bpf_map_update_elem(events, &key, &first, BPF_NOEXIST))
			return;
		count = bpf_map_lookup_elem(events, &key);
	}
	if (count)
		__sync_fetch_and_add(count, 1);
}

static __always_inline void count_tuned(__u64 id, __u64 stages)
{
	void *table = netedit_table(&netedit_counters);
	struct netedit_counters *counters;

	if (!table)
		return;
	counters = bpf_map_lookup_elem(table, &id);
	if (!counters)
		return;
#define COUNT(slot, digits)                                                                                            \
	if (netedit_chain.stage_operations[slot] && (stages & (1ull << slot)))                                         \
		counters->tuned[slot]++;
	FOR_EACH_SLOT(COUNT)
}

/* Those of the profile's stages that are not paused, by feature or by policy. Called only while something is. */
static __noinline __u64 stages_not_paused(const struct netedit_state *state, const struct netedit_profile *profile)
{
	__u64 stages = profile ? profile->stages : 0;
	int index;

	if (!state || !profile)
		return 0;
	for (index = 0; index < NETEDIT_PAUSES && index < state->pauses; index++) {
		__u64 id = state->paused_ids[index];

#define PAUSE(slot, digits)                                                                                            \
	if (netedit_chain.stage_operations[slot] &&                                                                    \
	    (netedit_chain.feature_ids[slot] == id || profile->policies[slot] == id))                                  \
		stages &= ~(1ull << slot);
		FOR_EACH_SLOT(PAUSE)
	}
	return stages;
}

/* Who opened the connection, as far as the operation tells. */
static __always_inline __u8 direction_of(__u32 op, int full)
{
	return op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB || !full ? NETEDIT_INBOUND : NETEDIT_OUTBOUND;
}

SEC("sockops")
int netedit_sockops(struct bpf_sock_ops *ctx)
{
	struct netedit_connection *connection = NULL;
	struct netedit_connection local = {};
	struct netedit_call call = {};
	struct netedit_profile *profile;
	struct netedit_state *state;
	__u32 zero = 0, op = ctx->op;
	__s32 reply = 0, found = 0;
	__u64 id, stages;
	void *profiles;
	struct bpf_sock *sk;

	if (op > 31 || !(netedit_chain.operations & OPERATION(op)))
		return 1;
	state = bpf_map_lookup_elem(&netedit_state, &zero);
	if (!state || state->paused)
		return 1;

	sk = ctx->sk;
	local.generation = state->generation;
	if (sk) {
		connection = bpf_sk_storage_get(&netedit_sockets, sk, NULL, 0);
		if (connection && connection->depth > netedit_chain.depth)
			return 1; /* a narrower scope handles it, by rules that hold ours too */
	}
	if (connection && connection->generation == local.generation && connection->chain == netedit_chain.key) {
		id = connection->profile;
	} else {
		/* Only these operations say who opened a connection; for the others storage must know. */
		if (connection)
			local.direction = connection->direction;
		else if (OPERATION(op) & (QUERIES | ESTABLISHED | OPERATION(BPF_SOCK_OPS_TCP_CONNECT_CB)))
			local.direction = direction_of(op, sk != NULL);
		else
			return 1;
		id = classify(ctx, state, local.generation, local.direction);
		if (!id && !connection)
			return 1;
		if (sk) {
			local.profile = id;
			local.chain = netedit_chain.key;
			local.depth = netedit_chain.depth;
			if (connection)
				*connection = local;
			else
				connection = bpf_sk_storage_get(&netedit_sockets, sk, &local, BPF_SK_STORAGE_GET_F_CREATE);
		}
	}
	profiles = netedit_table(&netedit_profiles);
	if (!profiles)
		return 1;
	profile = bpf_map_lookup_elem(profiles, &id);
	if (!profile)
		return 1;
	stages = profile->stages;
	if (state->pauses)
		stages = stages_not_paused(state, profile);

	if (OPERATION(op) & QUERIES) {
		reply = ctx->reply;
		found = reply != 0 && reply != -1;
	}
	call.op = op;
	call.full = sk != NULL;
	call.direction = connection ? connection->direction : local.direction;
	call.ipv6 = ctx->family == AF_INET6 &&
		    (READ(remote_ip6[0]) || READ(remote_ip6[1]) ||
		     READ(remote_ip6[2]) != bpf_htonl(0xffff));

	/* Unused slots are constant in the read-only data: the verifier removes their code. */
#define CALL(slot, digits)                                                                                             \
	if ((netedit_chain.stage_operations[slot] & OPERATION(op)) && (stages & (1ull << slot))) {                     \
		call.answered = 0;                                                                                     \
		call.error = 0;                                                                                        \
		netedit_stage_##digits(ctx, &call, profile->parameters[slot]);                                         \
		if (call.answered) {                                                                                   \
			if (!found) {                                                                                  \
				reply = call.answer;                                                                   \
				found = 1;                                                                             \
				ctx->reply = reply;                                                                    \
			} else if (reply != call.answer) {                                                             \
				count_event(id, slot, NETEDIT_CONFLICT, 0);                                            \
			}                                                                                              \
		}                                                                                                      \
		if (call.error && connection && !(connection->failed & (1u << slot))) {                                \
			connection->failed |= 1u << slot;                                                              \
			count_event(id, slot, NETEDIT_FAILED, call.error);                                             \
		}                                                                                                      \
	}
	FOR_EACH_SLOT(CALL)

	if (call.callbacks & ~ctx->bpf_sock_ops_cb_flags)
		bpf_sock_ops_cb_flags_set(ctx, call.callbacks | ctx->bpf_sock_ops_cb_flags);
	if (OPERATION(op) & ESTABLISHED)
		count_tuned(id, stages & ~(__u64)(connection ? connection->failed : 0));
	return 1;
}

char _license[] SEC("license") = "GPL";
