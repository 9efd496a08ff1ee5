/* SPDX-License-Identifier: GPL-2.0-only */
/* The cgroup that a socket is in, and those around it. */
#ifndef NETEDIT_SCOPE_H
#define NETEDIT_SCOPE_H

#include <netedit/maps.h>

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

#endif
