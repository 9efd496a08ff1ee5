/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The one program NetEdit attaches to a cgroup. It finds the connection's profile, calls the stages of the features that
 * the profile uses, and alone writes the hook's answer. The adapter links the features' stages over the empty slots below.
 * Cgroups of one depth with the same features share a program.
 */
#include <netedit/stage.h>
#include <netedit/key.h>
#include <netedit/listener.h>
#include <netedit/mark.h>
#include <netedit/pauses.h>

const volatile struct netedit_chain netedit_chain = {};

#define OPERATION(op) (1u << (op))

/* The operations whose `reply` the kernel reads; for all others that word holds arguments. */
#define QUERIES                                                                                                        \
	(OPERATION(BPF_SOCK_OPS_TIMEOUT_INIT) | OPERATION(BPF_SOCK_OPS_RWND_INIT) |                                    \
	 OPERATION(BPF_SOCK_OPS_NEEDS_ECN) | OPERATION(BPF_SOCK_OPS_BASE_RTT))

#define ESTABLISHED                                                                                                    \
	(OPERATION(BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB) | OPERATION(BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB))

/* The operations of a handshake. They tell who opens the connection; at the others its record, or its mark, must. */
#define HANDSHAKE (QUERIES | ESTABLISHED | OPERATION(BPF_SOCK_OPS_TCP_CONNECT_CB))

/* Where a connection gets its mark: before the SYN and when it is established. */
#define MARKED (ESTABLISHED | OPERATION(BPF_SOCK_OPS_TCP_CONNECT_CB))

#define EMPTY_SLOT(slot, digits)                                                                                       \
	__weak __hidden int netedit_stage_##digits(struct bpf_sock_ops *ctx, struct netedit_call *call,                \
						   const void *parameters)                                             \
	{                                                                                                              \
		return 0;                                                                                              \
	}
NETEDIT_FOR_EACH_SLOT(EMPTY_SLOT)

/* A load the compiler cannot merge with its neighbour: that would compute an address, which the verifier refuses. */
#define READ(field)                                                                                                    \
	({                                                                                                             \
		__u32 value_;                                                                                          \
		asm volatile("%0 = *(u32 *)(%1 + %2)"                                                                  \
			     : "=r"(value_)                                                                            \
			     : "r"(ctx), "i"(__builtin_offsetof(struct bpf_sock_ops, field)));                         \
		value_;                                                                                                \
	})

static __noinline __u64 classify(struct bpf_sock_ops *ctx, const struct netedit_state *state, __u32 chain,
				 __u32 generation, __u8 direction)
{
	struct netedit_rule_key key = { .prefixlen = NETEDIT_LOOKUP_BITS, .chain = chain };
	__u16 local_port = ctx->local_port, remote_port = bpf_ntohl(ctx->remote_port);
	__u64 id;

	key.direction = direction;
	/* A request socket tells neither user nor route. */
	key.origin = netedit_origin((struct sock *)netedit_tcp_sock(ctx), chain, generation & 1);
	if (ctx->family == AF_INET6) {
		key.peer[0] = READ(remote_ip6[0]);
		key.peer[1] = READ(remote_ip6[1]);
		key.peer[2] = READ(remote_ip6[2]);
		key.peer[3] = READ(remote_ip6[3]);
	} else {
		key.peer[2] = bpf_htonl(0xffff);
		key.peer[3] = READ(remote_ip4);
	}
	id = netedit_classify(key, direction == NETEDIT_INBOUND ? local_port : remote_port, state, generation);
	if (id & NETEDIT_SPLIT)
		id = netedit_arm(id, netedit_draw(&key, local_port, remote_port, state->seed));
	return id;
}

/* Key of the chain of the scope that the socket is in, and NETEDIT_NESTED; 0: it is not known to be a scope of this program. */
static __noinline __u64 own_key(struct bpf_sock_ops *ctx, __u64 period)
{
	struct tcp_sock *tp = netedit_tcp_sock(ctx);
	struct cgroup *cgroup;

	if (tp && bpf_core_field_exists(tp->inet_conn.icsk_inet.sk.sk_cgrp_data.cgroup)) {
		cgroup = tp->inet_conn.icsk_inet.sk.sk_cgrp_data.cgroup;
		return netedit_key_of(cgroup, cgroup->kn->id, period);
	}
	if (tp)
		cgroup = netedit_read_cgroup((struct sock *)tp);
	else
		/* A request socket, which the hook shows to nobody, is in the scope of its listener. */
		cgroup = netedit_read_cgroup(
			BPF_CORE_READ((struct bpf_sock_ops_kern *)ctx, sk, __sk_common.skc_listener));
	return cgroup ? netedit_key_of(cgroup, BPF_CORE_READ(cgroup, kn, id), period) : 0;
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
	counters->connections++;
#define COUNT(slot, digits)                                                                                            \
	if (netedit_chain.stage_operations[slot] && (stages & (1ull << slot)))                                         \
		counters->tuned[slot]++;
	NETEDIT_FOR_EACH_SLOT(COUNT)
}

static __always_inline __u32 bucket(__u64 value)
{
	__u32 exponent = 0;

	if (value < 4)
		return value;
	if (value >> 32)
		return NETEDIT_BUCKETS - 1;
	for (int bits = 16; bits; bits >>= 1) {
		if (value >> exponent >> bits)
			exponent += bits;
	}
	return 4 * (exponent - 1) + (value >> (exponent - 2) & 3);
}

static __always_inline void add(struct netedit_measures *measures, enum netedit_measure measure, __u64 value)
{
	__u32 index = bucket(value);

	barrier_var(index);
	if (index >= NETEDIT_BUCKETS)
		index = NETEDIT_BUCKETS - 1;
	measures->sums[measure] += value;
	measures->buckets[measure][index]++;
}

/* What a connection was like that closes now. */
static __noinline int measure(struct bpf_sock_ops *ctx, struct netedit_connection *connection)
{
	void *table = netedit_table(&netedit_measures);
	__u64 delivered, interval, sent, id = connection->applied_profile;
	struct netedit_measures *measures;

	if (!table)
		return 0;
	measures = bpf_map_lookup_elem(table, &id);
	if (!measures)
		return 0;
	measures->connections++;
	add(measures, NETEDIT_ROUND_TRIP, ctx->srtt_us >> 3);
	add(measures, NETEDIT_DURATION, (bpf_ktime_get_ns() - connection->established) / 1000 >> NETEDIT_DURATION_SHIFT);
	/* One that sent nothing, or was never limited by the path, has no such value. */
	delivered = (__u64)ctx->rate_delivered * ctx->mss_cache;
	interval = ctx->rate_interval_us;
	if (interval)
		add(measures, NETEDIT_DELIVERY_RATE, delivered * 1000000 / interval >> 10);
	sent = ctx->data_segs_out;
	if (sent)
		add(measures, NETEDIT_RETRANSMITTED, (__u64)ctx->total_retrans * 1000000 / sent);
	return 0;
}

/*
 * Whether the chain of a narrower scope handles the connection, by rules that hold ours too. It runs before ours, so its
 * claim is of our generation, or of a later one where it has the maps of a newer version. An older claim is that of a
 * chain that is gone, whose rules went before it; or the rules were switched since it ran, a moment ago.
 */
static __always_inline int is_claimed_inside(struct bpf_sock_ops *ctx, const struct netedit_state *state,
					     __u32 generation, const struct netedit_connection *connection)
{
	if (connection->depth <= netedit_chain.depth)
		return 0;
	return (__s32)(connection->generation - generation) >= 0 ||
	       classify(ctx, state, connection->chain, generation, connection->direction);
}

/* Who opened the connection, as far as the operation tells. */
static __always_inline __u8 direction_of(__u32 op, int full)
{
	return op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB || !full ? NETEDIT_INBOUND : NETEDIT_OUTBOUND;
}

/* Whether a stage wants the callbacks of marks for itself: constant in the read-only data. */
#define MARKS_TAKEN (netedit_chain.operations & (OPERATION(BPF_SOCK_OPS_RTO_CB) | OPERATION(BPF_SOCK_OPS_RETRANS_CB)))

/* Whether a connection needs a record: the rules do not tell all of it, or its flags cannot bear a mark. */
static __always_inline int needs_record(struct bpf_sock_ops *ctx, __u8 records, __u8 pauses, __u64 key,
					const struct netedit_profile *profile, __u8 direction)
{
	__u32 flags = ctx->bpf_sock_ops_cb_flags & NETEDIT_MARKS;

	return records != NETEDIT_RECORDS_NEEDED || pauses || (key & NETEDIT_NESTED) || profile->measured ||
	       (flags && flags != netedit_mark(direction)) || MARKS_TAKEN;
}

/*
 * A stage was refused a setting: remembered and counted, once per connection. The record that it may need is made from what the
 * call says and not from what the program knows: the verifier would follow the stages for each way to know it.
 */
static __noinline int refuse(struct bpf_sock_ops *ctx, const struct netedit_call *call, __u64 id, __u32 key, __u32 slot)
{
	struct netedit_connection record = { .profile = id, .chain = key, .direction = call->direction }, *connection;
	struct bpf_sock *sk = netedit_sk(ctx);
	struct netedit_profile *profile;
	struct netedit_state *state;
	__u32 zero = 0;
	void *profiles;

	state = bpf_map_lookup_elem(&netedit_state, &zero);
	profiles = netedit_table(&netedit_profiles);
	profile = profiles ? bpf_map_lookup_elem(profiles, &id) : NULL;
	if (!sk || !state || !profile || slot >= NETEDIT_STAGES)
		return 0;
	record.generation = state->generation;
	record.depth = netedit_chain.depth;
	if (ctx->op < 32 && !(OPERATION(ctx->op) & HANDSHAKE)) {
		/* Where it has no record, it has a mark, and got all of the profile. */
		record.applied_profile = id;
		record.applied_chain = key;
		record.applied = profile->stages;
	}
	connection = bpf_sk_storage_get(&netedit_sockets, sk, &record, BPF_SK_STORAGE_GET_F_CREATE);
	if (!connection || (connection->failed & (1u << slot)))
		return 0;
	connection->failed |= 1u << slot;
	connection->errors[slot] = call->error;
	count_event(id, slot, NETEDIT_FAILED, call->error);
	return 0;
}

/*
 * A socket begins to listen: it is given what all of its connections get. It is global, so the verifier follows it once: 206,438
 * instructions otherwise.
 */
__noinline int netedit_listen(struct bpf_sock_ops *ctx, __u32 key)
{
	struct tcp_sock *tp = netedit_tcp_sock(ctx);
	const struct netedit_settings *settings;
	struct bpf_sock *sk = netedit_sk(ctx);
	struct netedit_listener *listener;
	struct netedit_state *state;
	struct cgroup *cgroup;
	__u32 zero = 0;

	state = bpf_map_lookup_elem(&netedit_state, &zero);
	if (!tp || !sk || !state || !netedit_may_settle(state))
		return 0;
	cgroup = netedit_read_cgroup((struct sock *)tp);
	settings = netedit_settings_of(state, key, ctx->local_port);
	if (!cgroup || !settings || netedit_is_inside_another(cgroup, netedit_chain.depth))
		return 0;
	listener = bpf_sk_storage_get(&netedit_listeners, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);
	if (!listener)
		return 0;
	netedit_release_listener(ctx, listener);
	netedit_settle_listener(ctx, listener, settings);
	return 0;
}

SEC("sockops")
int netedit_sockops(struct bpf_sock_ops *ctx)
{
	struct netedit_connection *connection = NULL;
	struct netedit_connection local = {};
	struct netedit_call call = {};
	struct netedit_profile *profile;
	struct netedit_state *state;
	__u32 zero = 0, op = ctx->op, operation, needed, none;
	__s32 reply;
	__u64 id, stages, key;
	__u16 records;
	void *profiles;
	struct bpf_sock *sk;

	if (op > 31 || !(netedit_chain.operations & OPERATION(op)))
		return 1;
	state = bpf_map_lookup_elem(&netedit_state, &zero);
	if (!state || state->paused)
		return 1;
	/* Both in one load: a switch meanwhile holds for the next run. */
	records = *(const volatile __u16 *)&state->records;
	key = netedit_chain.key ? netedit_chain.key : own_key(ctx, NETEDIT_PERIOD(state->generation, records));
	if (!key)
		return 1;
	if (op == BPF_SOCK_OPS_TCP_LISTEN_CB)
		netedit_listen(ctx, key);

	sk = netedit_sk(ctx);
	local.generation = state->generation;
	local.chain = key;
	if (sk) {
		connection = bpf_sk_storage_get(&netedit_sockets, sk, NULL, 0);
		if (connection && is_claimed_inside(ctx, state, local.generation, connection))
			return 1;
	}
	if (connection)
		local.direction = connection->direction;
	else if (OPERATION(op) & HANDSHAKE)
		local.direction = direction_of(op, sk != NULL);
	else
		local.direction = netedit_marked(state, ctx->bpf_sock_ops_cb_flags);
	if (connection && connection->generation == local.generation && connection->chain == local.chain) {
		id = connection->profile;
	} else {
		if (local.direction == NETEDIT_NOBODY)
			return 1;
		id = classify(ctx, state, key, local.generation, local.direction);
		if (!id && !(connection && connection->chain == local.chain))
			return 1;
		local.profile = id;
		local.depth = id ? netedit_chain.depth : 0;
		if (connection) {
			/* What was applied by earlier rules stays: the next walk over open connections settles it. */
			local.applied_profile = connection->applied_profile;
			local.applied_chain = connection->applied_chain;
			local.applied = connection->applied;
			local.walk_kept = connection->walk_kept;
			local.walk_result = connection->walk_result & ~NETEDIT_WALK_VOID;
			local.established = connection->established;
			if (connection->chain == local.chain) {
				local.failed = connection->failed;
				__builtin_memcpy(local.errors, connection->errors, sizeof(local.errors));
			}
			*connection = local;
		}
	}
	if (op == BPF_SOCK_OPS_STATE_CB && connection && connection->established && READ(args[1]) == BPF_TCP_CLOSE &&
	    connection->applied_chain == local.chain && connection->applied_profile == id)
		measure(ctx, connection);
	profiles = netedit_table(&netedit_profiles);
	if (!profiles)
		return 1;
	profile = bpf_map_lookup_elem(profiles, &id);
	if (!profile)
		return 1;
	if (sk && !connection && (OPERATION(op) & HANDSHAKE) &&
	    needs_record(ctx, records & 0xff, state->pauses, key, profile, local.direction))
		bpf_sk_storage_get(&netedit_sockets, sk, &local, BPF_SK_STORAGE_GET_F_CREATE);
	stages = profile->stages;
	if (state->pauses)
		stages = netedit_stages_not_paused(id);

	call.hz = netedit_chain.hz;
	call.full = sk != NULL;
	call.direction = local.direction;
	call.ipv6 = ctx->family == AF_INET6 &&
		    (READ(remote_ip6[0]) || READ(remote_ip6[1]) ||
		     READ(remote_ip6[2]) != bpf_htonl(0xffff));

	/*
	 * Stages begin with values of which the verifier knows nothing. It then follows a stage once, not once for each way
	 * that leads to it: 96,000 instructions with all features, 245,000 before. So the operation is read again (the
	 * comparisons above told the verifier something about it), and the flags and the count of stages that need the
	 * operation start from what the context holds, not from 0.
	 */
	operation = OPERATION(READ(op) & 31);
	barrier_var(operation);
	reply = ctx->reply;
	call.callbacks = ctx->bpf_sock_ops_cb_flags;
	needed = none = READ(op);

	/* Unused slots are constant in the read-only data: the verifier removes their code. */
#define CALL(slot, digits)                                                                                             \
	if ((netedit_chain.stage_operations[slot] & operation) && (stages & (1ull << slot))) {                         \
		call.op = READ(op);                                                                                    \
		call.answered = 0;                                                                                     \
		call.error = 0;                                                                                        \
		call.enough = 0;                                                                                       \
		netedit_stage_##digits(ctx, &call, profile->parameters[slot]);                                         \
		if (!call.enough)                                                                                      \
			needed++;                                                                                      \
		if (call.answered) {                                                                                   \
			if (!reply || reply == -1) {                                                                   \
				reply = call.answer;                                                                   \
				ctx->reply = reply;                                                                    \
			} else if (reply != call.answer) {                                                             \
				count_event(id, slot, NETEDIT_CONFLICT, 0);                                            \
			}                                                                                              \
		}                                                                                                      \
		if (call.error)                                                                                        \
			refuse(ctx, &call, id, key, slot);                                                             \
	}
	NETEDIT_FOR_EACH_SLOT(CALL)

	connection = NULL;
	if (operation & ESTABLISHED) {
		sk = netedit_sk(ctx);
		connection = sk ? bpf_sk_storage_get(&netedit_sockets, sk, NULL, 0) : NULL;
	}
	if (connection && profile->measured) {
		connection->established = bpf_ktime_get_ns();
		call.callbacks |= BPF_SOCK_OPS_STATE_CB_FLAG;
	}
	/* One with a record may bear a mark, too: the record goes before it. */
	if ((operation & MARKED) && !MARKS_TAKEN && !(call.callbacks & NETEDIT_MARKS))
		call.callbacks |= netedit_mark(call.direction);
	if (call.callbacks != ctx->bpf_sock_ops_cb_flags)
		bpf_sock_ops_cb_flags_set(ctx, call.callbacks);
	else if (operation == OPERATION(BPF_SOCK_OPS_HDR_OPT_LEN_CB) && needed == none)
		/* An operation for each segment: nobody pays for it in vain. */
		bpf_sock_ops_cb_flags_set(ctx, ctx->bpf_sock_ops_cb_flags & ~BPF_SOCK_OPS_WRITE_HDR_OPT_CB_FLAG);
	if (operation & ESTABLISHED) {
		if (connection) {
			stages &= ~(__u64)connection->failed;
			connection->applied_profile = id;
			connection->applied_chain = key;
			connection->applied = stages;
			connection->walk_kept = 0;
		}
		count_tuned(id, stages);
	}
	return 1;
}

char _license[] SEC("license") = "GPL";
