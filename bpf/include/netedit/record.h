/* SPDX-License-Identifier: GPL-2.0-only */
/* What the rules give an open connection, and the record that follows, for iterators. */
#ifndef NETEDIT_RECORD_H
#define NETEDIT_RECORD_H

#include <netedit/classify.h>

/* Whether the connection's segments are IPv6. */
static __always_inline int netedit_is_ipv6(const struct sock_common *skc)
{
	return skc->skc_family == AF_INET6 &&
	       (skc->skc_v6_daddr.in6_u.u6_addr32[0] || skc->skc_v6_daddr.in6_u.u6_addr32[1] ||
		skc->skc_v6_daddr.in6_u.u6_addr32[2] != bpf_htonl(0xffff));
}

/* The id of the profile that the rules give an open connection by a key. */
static __noinline __u64 netedit_classify_socket(const struct sock_common *skc, const struct netedit_state *state, __u32 key,
						__u8 direction)
{
	struct netedit_rule_key rule = { .prefixlen = NETEDIT_LOOKUP_BITS, .chain = key };
	__u16 port = direction == NETEDIT_INBOUND ? skc->skc_num : bpf_ntohs(skc->skc_dport);
	__u64 id;

	rule.direction = direction;
	rule.origin = netedit_origin((struct sock *)skc, key, state->generation & 1);
	if (skc->skc_family == AF_INET6) {
		rule.peer[0] = skc->skc_v6_daddr.in6_u.u6_addr32[0];
		rule.peer[1] = skc->skc_v6_daddr.in6_u.u6_addr32[1];
		rule.peer[2] = skc->skc_v6_daddr.in6_u.u6_addr32[2];
		rule.peer[3] = skc->skc_v6_daddr.in6_u.u6_addr32[3];
	} else {
		rule.peer[2] = bpf_htonl(0xffff);
		rule.peer[3] = skc->skc_daddr;
	}
	id = netedit_classify(rule, port, state, state->generation);
	if (id & NETEDIT_SPLIT)
		id = netedit_arm(id, netedit_draw(&rule, skc->skc_num, bpf_ntohs(skc->skc_dport), state->seed));
	return id;
}

/* The record of a marked connection that the rules in force give a profile by a key. */
static __always_inline int netedit_recall_by(struct tcp_sock *tp, const struct netedit_state *state, __u32 key, __u32 depth,
					     struct netedit_connection *record)
{
	const struct sock_common *skc = (const struct sock_common *)tp;
	__u64 id = netedit_classify_socket(skc, state, key, record->direction);
	void *profiles = netedit_table(&netedit_profiles);
	struct netedit_profile *profile;

	profile = id && profiles ? bpf_map_lookup_elem(profiles, &id) : NULL;
	if (!profile)
		return 0;
	record->profile = id;
	record->chain = key;
	record->generation = state->generation;
	record->depth = depth;
	/* What is set before the SYN counts as applied when the connection is established. */
	if (skc->skc_state != NETEDIT_TCP_SYN_SENT) {
		record->applied_profile = id;
		record->applied_chain = key;
		record->applied = profile->stages;
	}
	return 1;
}

#endif
