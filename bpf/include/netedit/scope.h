/* SPDX-License-Identifier: GPL-2.0-only */
/* The scope that a socket is in, for programs that many scopes share: they are all of one depth. */
#ifndef NETEDIT_SCOPE_H
#define NETEDIT_SCOPE_H

#include <netedit/classify.h>

/* The cgroup that a socket was made in; NULL where the kernel does not tell. Read, not followed: any address will do. */
static __always_inline struct cgroup *netedit_read_cgroup(const struct sock *sk)
{
	struct sock_cgroup_data___before_5_15 *before = (void *)&sk->sk_cgrp_data;
	__u64 value = 0;

	if (bpf_core_field_exists(sk->sk_cgrp_data.cgroup))
		return BPF_CORE_READ(sk, sk_cgrp_data.cgroup);
	/* The low bits are set where the word is something else; then the root is meant. */
	if (bpf_core_read(&value, sizeof(value), &before->val) || value & 3)
		return NULL;
	return (struct cgroup *)value;
}

/* Id of a cgroup's ancestor, or its own, at a depth; 0 where it is not so deep. */
static __noinline __u64 netedit_ancestor(struct cgroup *cgroup, __u32 depth)
{
	struct cgroup *ancestor = NULL;
	__u64 id = 0;

	if (depth > (__u32)BPF_CORE_READ(cgroup, level))
		return 0;
	if (!bpf_core_field_exists(cgroup->ancestors)) {
		struct cgroup___before_6_1 *before = (void *)cgroup;

		bpf_core_read(&id, sizeof(id), &before->ancestor_ids[depth]);
		return id;
	}
	bpf_core_read(&ancestor, sizeof(ancestor), &cgroup->ancestors[depth]);
	return BPF_CORE_READ(ancestor, kn, id);
}

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

/*
 * The same for a socket of a cgroup. A cgroup keeps its id and its place for life, and the key is a hash of scope and
 * program: what was found once for a program and a depth stays true, but for a scope that no longer is one.
 */
static __always_inline __u32 netedit_key_of(struct cgroup *cgroup, __u64 id)
{
	__u64 hash = netedit_mix(netedit_chain.program + netedit_chain.depth, id);
	__u32 slot = hash % NETEDIT_RECENT_SCOPES, key;
	struct netedit_recent_scope *recent = bpf_map_lookup_elem(&netedit_recent_scopes, &slot);

	if (recent) {
		__u64 remembered = recent->key;

		if ((recent->check ^ remembered) == hash)
			return remembered;
	}
	key = netedit_key_in(netedit_ancestor(cgroup, netedit_chain.depth));
	if (recent && key) {
		recent->key = key;
		recent->check = hash ^ key;
	}
	return key;
}

#endif
