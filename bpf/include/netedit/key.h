/* SPDX-License-Identifier: GPL-2.0-only */
/* By which rules a program of chains goes for a socket: scopes of one depth with the same features share it. */
#ifndef NETEDIT_KEY_H
#define NETEDIT_KEY_H

#include <netedit/classify.h>
#include <netedit/scope.h>

extern const volatile struct netedit_chain netedit_chain; /* each program defines it */

#define NETEDIT_NESTED (1ull << 32) /* beside a key: a scope around this one may have a chain, too */
#define NETEDIT_DEPTHS 32	    /* a scope that is deeper counts as nested */

/* A time between two changes; the lower 16 bits are left for a depth. */
#define NETEDIT_PERIOD(generation, records) ((__u64)(generation) << 32 | (__u64)(records) << 16)

/* Key of the chain by which this program goes in a scope; 0 when it is not its program, or no longer. */
static __always_inline __u32 netedit_key_in(__u64 scope_id)
{
	const struct netedit_scope *scope = bpf_map_lookup_elem(&netedit_scopes, &scope_id);

	if (!scope)
		return 0;
	if (scope->chains[0].program == netedit_chain.program)
		return scope->chains[0].key;
	return scope->chains[1].program == netedit_chain.program ? scope->chains[1].key : 0;
}

/* Whether a cgroup around the scopes of this program, which are all of one depth, is a scope. */
static __always_inline int netedit_is_nested(struct cgroup *cgroup)
{
	__u64 id;

	if (netedit_chain.depth > NETEDIT_DEPTHS)
		return 1;
	for (__u32 depth = 0; depth < netedit_chain.depth && depth < NETEDIT_DEPTHS; depth++) {
		id = netedit_ancestor(cgroup, depth);
		if (bpf_map_lookup_elem(&netedit_scopes, &id))
			return 1;
	}
	return 0;
}

/*
 * The key for a socket of a cgroup, and NETEDIT_NESTED. A cgroup keeps its id and its place for life, and the key is a hash of
 * scope and program; scopes come and go around one only while all connections get records. So what was found once for a
 * program and a depth stays true for a period (NETEDIT_PERIOD), but for a scope that no longer is one.
 */
static __always_inline __u64 netedit_key_of(struct cgroup *cgroup, __u64 id, __u64 period)
{
	__u64 hash = netedit_mix(netedit_chain.program + netedit_chain.depth + period, id), key;
	__u32 slot = hash % NETEDIT_RECENT_SCOPES;
	struct netedit_recent_scope *recent = bpf_map_lookup_elem(&netedit_recent_scopes, &slot);

	if (recent) {
		key = recent->key;
		if ((recent->check ^ key) == hash)
			return key;
	}
	key = netedit_key_in(netedit_ancestor(cgroup, netedit_chain.depth));
	if (key && netedit_is_nested(cgroup))
		key |= NETEDIT_NESTED;
	if (recent && key) {
		recent->key = key;
		recent->check = hash ^ key;
	}
	return key;
}

#endif
