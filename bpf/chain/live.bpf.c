/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The walk over open connections that belongs to chains of one depth with the same features: gives those of their scopes
 * what the rules give new ones, as far as a live stage can, and takes back what the rules no longer give. The adapter
 * links the features' live stages over the empty slots below. Reading the iterator walks the reader's network namespace,
 * for all scopes that are told to.
 */
#include <netedit/live.h>
#include <netedit/iterator.h>
#include <netedit/initiator.h>
#include <netedit/mark.h>
#include <netedit/pauses.h>
#include <netedit/record.h>
#include <netedit/scope.h>
#include <netedit/carry.h>

const volatile struct netedit_chain netedit_chain = {};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u64); /* id of the scope's cgroup */
	__type(value, struct netedit_walk);
	__uint(max_entries, NETEDIT_SCOPES);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} netedit_walks SEC(".maps");

struct netedit_last_cgroup netedit_last_cgroup = {};

#define EMPTY_SLOT(slot, digits)                                                                                       \
	__weak __hidden int netedit_live_##digits(struct tcp_sock *tp, struct netedit_live_call *call,                 \
						  const void *parameters)                                              \
	{                                                                                                              \
		return 0;                                                                                              \
	}
NETEDIT_FOR_EACH_SLOT(EMPTY_SLOT)

#define STATE(state) (1u << (state))
#define OPEN (STATE(NETEDIT_TCP_ESTABLISHED) | STATE(NETEDIT_TCP_CLOSE_WAIT)) /* it may still send */

/* What is told of the scope that the socket was made in; NULL while the walk is not for it. */
static __always_inline struct netedit_walk *walk_of(struct tcp_sock *tp)
{
	struct cgroup *cgroup = tp->inet_conn.icsk_inet.sk.sk_cgrp_data.cgroup;
	struct netedit_walk *walk;
	__u64 id = cgroup->kn->id;

	if (id != netedit_last_cgroup.cgroup) {
		netedit_last_cgroup.cgroup = id;
		netedit_last_cgroup.scope = netedit_ancestor(cgroup, netedit_chain.depth);
	}
	id = netedit_last_cgroup.scope;
	walk = bpf_map_lookup_elem(&netedit_walks, &id);
	return walk && walk->on ? walk : NULL;
}

static __always_inline void count(struct netedit_walk *walk, __u8 result)
{
	if (result & NETEDIT_WALK_FAILED)
		walk->failed++;
	else if (result & NETEDIT_WALK_CHANGED)
		walk->changed++;
	else if (result & NETEDIT_WALK_SKIPPED)
		walk->skipped++;
	else
		walk->unchanged++;
}

/* A refusal, by its errno. The comparison is with the very index: older verifiers follow no other. */
static __always_inline void count_error(struct netedit_walk *walk, __u32 error)
{
	barrier_var(error);
	if (error >= NETEDIT_ERRNOS)
		error = 0;
	walk->errors[error]++;
}

/* The slots that have a live stage: constant in the read-only data. */
static __always_inline __u16 live_slots(void)
{
	__u16 slots = 0;

#define LIVE(slot, digits)                                                                                             \
	if (netedit_chain.stage_operations[slot])                                                                      \
		slots |= 1u << slot;
	NETEDIT_FOR_EACH_SLOT(LIVE)
	return slots;
}

/*
 * Whether a connection without a record has all that the rules give, by its mark. Where values may have changed since, it gets the
 * record.
 */
static __noinline int is_by_rules(struct tcp_sock *tp, const struct netedit_state *state, struct netedit_walk *walk)
{
	struct netedit_connection record = { .direction = netedit_marked(state, tp->bpf_sock_ops_cb_flags) };

	if (record.direction == NETEDIT_NOBODY || !netedit_recall_by(tp, state, walk->key, netedit_chain.depth, &record))
		return 0;
	if (walk->again)
		bpf_sk_storage_get(&netedit_sockets, (struct sock *)tp, &record, BPF_SK_STORAGE_GET_F_CREATE);
	return 1;
}

/* What was just written, as a value of which neither compiler nor verifier knows anything. */
#define READ_BACK(field) (*(volatile typeof(field) *)&(field))

/* Whether the walk is for this chain's own rules. Asked of the memory each time: an answer kept is followed twice. */
#define OWN (READ_BACK(walk->chain) == READ_BACK(walk->key))

SEC("iter/tcp")
int netedit_live(struct bpf_iter__tcp *ctx)
{
	struct sock_common *skc = ctx->sk_common;
	struct netedit_profile *profile, *applied_profile;
	struct netedit_connection local = {}, *connection;
	__u32 zero = 0, applied, callbacks;
	/* What the handshake applied that no live stage tells of; in the upper half, what of it has the values of an earlier profile. */
	__u32 handshake = 0, carried;
	struct netedit_live_call call = {};
	__u8 result, forgot = 0;
	struct netedit_state *state;
	struct netedit_walk *walk;
	__u64 stages, active, applied_id;
	struct tcp_sock *tp;
	void *profiles;
	__u32 tcp_state;

	tp = skc ? (struct tcp_sock *)bpf_skc_to_tcp_sock(skc) : NULL;
	state = bpf_map_lookup_elem(&netedit_state, &zero);
	if (!tp || !state)
		return 0;
	skc = (struct sock_common *)tp;
	tcp_state = skc->skc_state;
	if (tcp_state == NETEDIT_TCP_LISTEN || tcp_state == NETEDIT_TCP_CLOSE)
		return 0;
	walk = walk_of(tp);
	if (!walk)
		return 0;
	connection = bpf_sk_storage_get(&netedit_sockets, (struct sock *)tp, NULL, 0);
	if (OWN) {
		if (!(STATE(tcp_state) & OPEN))
			return 0;
		if (!connection && is_by_rules(tp, state, walk)) {
			if (!walk->again) {
				walk->unchanged++;
				return 0;
			}
			connection = bpf_sk_storage_get(&netedit_sockets, (struct sock *)tp, NULL, 0);
		}
		/* A narrower scope handles it by rules that hold ours too, unless its chain is gone and its rules with it. */
		if (connection && connection->depth > netedit_chain.depth &&
		    netedit_classify_socket(skc, state, connection->chain, connection->direction))
			return 0;
	} else if (!connection) {
		return 0;
	}

	applied = 0;
	applied_id = 0;
	if (connection) {
		call.direction = connection->direction;
		carried = connection->applied | (__u32)connection->walk_kept << 16;
		forgot = connection->walk_result & NETEDIT_WALK_FORGOT;
		if (tcp_state == NETEDIT_TCP_SYN_SENT && connection->chain == walk->key) {
			/* What was set before the SYN counts as applied only when it is established. */
			applied = 0xffff;
			applied_id = connection->profile;
		} else if (connection->applied_chain == walk->key) {
			applied = connection->applied;
			applied_id = connection->applied_profile;
			carried &= ~(live_slots() * NETEDIT_BOTH_HALVES);
			handshake = OWN ? carried : netedit_moved(walk, carried);
			if (netedit_bits(handshake) != netedit_bits(carried))
				forgot = NETEDIT_WALK_FORGOT;
		} else if (OWN) {
			handshake = netedit_carried(walk, connection->applied_chain, carried);
			if (netedit_bits(handshake) != netedit_bits(carried))
				forgot = NETEDIT_WALK_FORGOT;
			handshake &= ~(live_slots() * NETEDIT_BOTH_HALVES); /* these make their settings anew */
		} else {
			return 0;
		}
	} else {
		int direction = netedit_initiator(tp);

		if (direction < 0) {
			walk->skipped++;
			return 0;
		}
		call.direction = direction;
	}

	local.direction = call.direction;
	local.generation = state->generation;
	local.chain = walk->chain;
	if (local.chain)
		local.profile = netedit_classify_socket(skc, state, local.chain, call.direction);
	if (!local.profile && !connection)
		return 0;
	profiles = netedit_table(&netedit_profiles);
	if (!profiles)
		return 0;

	/*
	 * What the stages say is gathered in the socket's storage, which the socket's lock protects: the verifier follows no
	 * values there. So it looks at one stage after the other, and not at every combination of what all may say. What was
	 * found out above goes through it too, and is read back: the verifier then follows the stages once, not once for
	 * each way that leads to them (52,000 instructions with all features, 155,000 before).
	 */
	if (!connection) {
		connection = bpf_sk_storage_get(&netedit_sockets, (struct sock *)tp, &local, BPF_SK_STORAGE_GET_F_CREATE);
		if (connection)
			connection->walk_result = NETEDIT_WALK_ADOPTED;
	}
	if (!connection) {
		walk->failed++;
		return 0;
	}
	connection->walk_callbacks = 0;
	/* What only the stages at the hook can set stays as it was, though the rules give it other values now, or none. */
	if (connection->applied_profile != local.profile)
		handshake |= handshake << 16;
	connection->walk_kept = handshake;
	if (connection->chain != walk->key)
		__builtin_memset(connection->errors, 0, sizeof(connection->errors));
	connection->walk_result = (connection->walk_result & NETEDIT_WALK_ADOPTED) | forgot;
	connection->walk_ipv6 = netedit_is_ipv6(skc);
	connection->applied = applied;
	connection->direction = call.direction;
	applied = READ_BACK(connection->applied);
	connection->applied = handshake >> 16;
	connection->profile = local.profile;
	local.chain = READ_BACK(walk->chain);
	local.profile = READ_BACK(connection->profile);
	call.ipv6 = READ_BACK(connection->walk_ipv6);
	call.direction = READ_BACK(connection->direction);
	profile = bpf_map_lookup_elem(profiles, &local.profile);
	applied_profile = bpf_map_lookup_elem(profiles, &applied_id);
	stages = profile ? profile->stages : 0;
	active = OWN ? stages : 0;
	if (state->pauses)
		active &= netedit_stages_not_paused(local.profile);

	/* Slots without a live stage are constant in the read-only data: the verifier removes their code. */
#define SETTLE(slot, digits)                                                                                           \
	if (netedit_chain.stage_operations[slot]) {                                                                    \
		__u8 next = walk->slots[slot];                                                                  \
		__u8 wanted = next < NETEDIT_STAGES && (stages >> next & 1);                                           \
                                                                                                                       \
		call.owned = applied >> slot & 1;                                                                      \
		call.again = call.owned && walk->again;                                                         \
		call.release = !wanted;                                                                                \
		if (profile && wanted && (active >> slot & 1))                                                         \
			netedit_live_##digits(tp, &call, profile->parameters[slot]);                                   \
		else if (!wanted && call.owned && applied_profile)                                                     \
			netedit_live_##digits(tp, &call, applied_profile->parameters[slot]);                           \
		if (wanted && (call.owned || call.held))                                                               \
			connection->walk_kept |= 1u << next;                                                           \
		connection->walk_callbacks |= call.callbacks;                                                          \
		if (call.skipped)                                                                                      \
			connection->walk_result |= NETEDIT_WALK_SKIPPED;                                               \
		if (call.changed) {                                                                                    \
			connection->walk_result |= NETEDIT_WALK_CHANGED;                                               \
			if (wanted)                                                                                    \
				walk->tuned[slot]++;                                                            \
			else                                                                                           \
				walk->released[slot]++;                                                         \
		}                                                                                                      \
		connection->errors[slot] = call.error;                                                                 \
		if (call.error) {                                                                                      \
			connection->walk_result |= NETEDIT_WALK_FAILED;                                                \
			count_error(walk, call.error);                                                                       \
		}                                                                                                      \
		call.changed = 0;                                                                                      \
		call.skipped = 0;                                                                                      \
		call.held = 0;                                                                                         \
		call.error = 0;                                                                                        \
		call.callbacks = 0;                                                                                    \
	}
	NETEDIT_FOR_EACH_SLOT(SETTLE)

	callbacks = connection->walk_callbacks & ~(__u32)tp->bpf_sock_ops_cb_flags;
	if (callbacks) {
		/* Since 6.12; before, nothing but the next walk holds what the kernel drifts away from. */
		callbacks |= tp->bpf_sock_ops_cb_flags;
		bpf_setsockopt(tp, SOL_TCP, TCP_BPF_SOCK_OPS_CB_FLAGS, &callbacks, sizeof(callbacks));
	}

	result = connection->walk_result;
	count(walk, result);
	local.applied_profile = local.profile;
	local.applied_chain = local.chain;
	local.depth = local.profile ? walk->depth : 0;
	local.applied = connection->walk_kept;
	local.walk_kept = connection->applied;
	local.walk_result = result | NETEDIT_WALK_DONE;
	/* What a connection was like is of no use where it did not have one profile from its beginning on. */
	if (connection->applied_profile == local.profile)
		local.established = connection->established;
	if (OWN && connection->chain == walk->key)
		local.failed = connection->failed & ~live_slots();
	if (OWN)
		__builtin_memcpy(local.errors, connection->errors, sizeof(local.errors));
	if (!local.profile && !local.applied && skc->skc_state != NETEDIT_TCP_SYN_SENT) {
		if (!(tp->bpf_sock_ops_cb_flags & NETEDIT_MARKS)) {
			bpf_sk_storage_delete(&netedit_sockets, (struct sock *)tp);
			return 0;
		}
		local.walk_result = NETEDIT_WALK_VOID | NETEDIT_WALK_ADOPTED;
	}
	*connection = local;
	return 0;
}

char _license[] SEC("license") = "GPL";
