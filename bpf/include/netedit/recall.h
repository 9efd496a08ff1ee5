/* SPDX-License-Identifier: GPL-2.0-only */
/* What is known of an open connection without a record, whatever scope it is in. */
#ifndef NETEDIT_RECALL_H
#define NETEDIT_RECALL_H

#include <netedit/mark.h>
#include <netedit/record.h>
#include <netedit/scope.h>

#define NETEDIT_LEVELS 32 /* of cgroups around one that are looked at, the inner ones first */

/*
 * Fills in the record, of which all is zero, that a connection without one would have by its mark: of the innermost scope whose
 * rules give it something. Says whether it has a mark; no scope may know it, then the chain in the record stays 0.
 */
static __noinline int netedit_recall(struct tcp_sock *tp, const struct netedit_state *state, struct netedit_connection *record)
{
	struct cgroup *cgroup = netedit_read_cgroup((struct sock *)tp);
	__u8 direction = netedit_marked(state, tp->bpf_sock_ops_cb_flags);
	const struct netedit_scope *scope;
	__u32 level;
	__u64 id;

	if (direction == NETEDIT_NOBODY || !cgroup)
		return 0;
	record->direction = direction;
	level = BPF_CORE_READ(cgroup, level);
	for (__u32 up = 0; up < NETEDIT_LEVELS && up <= level; up++) {
		id = netedit_ancestor(cgroup, level - up);
		scope = bpf_map_lookup_elem(&netedit_scopes, &id);
		if (scope && netedit_recall_by(tp, state, scope->chains[0].key, level - up, record))
			break;
	}
	return 1;
}

#endif
