/* SPDX-License-Identifier: GPL-2.0-only */
/* What is known of an open connection without a record, whatever scope it is in. */
#ifndef NETEDIT_RECALL_H
#define NETEDIT_RECALL_H

#include <netedit/mark.h>
#include <netedit/record.h>
#include <netedit/scope.h>

#define NETEDIT_LEVELS 32 /* of cgroups, from the root on; a scope that is deeper counts as nested (key.h) */

/*
 * Fills in the record, of which all is zero, that a connection without one would have by its mark: of the outermost scope on its
 * path, since connections of those inside have records. Says whether it has a mark; where no rule is for it, the chain in
 * the record stays 0.
 */
static __noinline int netedit_recall(struct tcp_sock *tp, const struct netedit_state *state, struct netedit_connection *record)
{
	struct cgroup *cgroup = netedit_read_cgroup((struct sock *)tp);
	__u8 direction = netedit_marked(state, tp->bpf_sock_ops_cb_flags);
	__u32 depth, level, key = 0;

	if (direction == NETEDIT_NOBODY || !cgroup)
		return 0;
	record->direction = direction;
	level = BPF_CORE_READ(cgroup, level);
	for (depth = 0; depth <= NETEDIT_LEVELS && depth <= level; depth++) {
		__u64 id = netedit_ancestor(cgroup, depth);
		const struct netedit_scope *scope = bpf_map_lookup_elem(&netedit_scopes, &id);

		if (scope) {
			key = scope->chains[0].key;
			break;
		}
	}
	if (key)
		netedit_recall_by(tp, state, key, depth, record);
	return 1;
}

#endif
