/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes the profile's id (8 bytes) of every tuned socket of the reader's network namespace. Read before anything changes
 * (NETEDIT_RECORDS_MADE), it makes the records of those that have only a mark, and takes back what listeners were given.
 */
#include <netedit/iterator.h>
#include <netedit/listener.h>
#include <netedit/recall.h>

SEC("iter/tcp")
int netedit_tuned_sockets(struct bpf_iter__tcp *ctx)
{
	struct sock_common *skc = ctx->sk_common;
	struct netedit_connection *connection, marked = {};
	struct netedit_listener *listener;
	struct netedit_state *state;
	struct tcp_sock *tp;
	__u32 zero = 0;
	__u64 profile;

	tp = skc ? (struct tcp_sock *)bpf_skc_to_tcp_sock(skc) : NULL;
	state = bpf_map_lookup_elem(&netedit_state, &zero);
	if (!tp || !state)
		return 0;
	if (((struct sock_common *)tp)->skc_state == NETEDIT_TCP_LISTEN) {
		listener = bpf_sk_storage_get(&netedit_listeners, (struct sock *)tp, NULL, 0);
		if (listener && state->records == NETEDIT_RECORDS_MADE)
			netedit_release_listener(tp, listener);
		return 0;
	}
	connection = bpf_sk_storage_get(&netedit_sockets, (struct sock *)tp, NULL, 0);
	if (connection) {
		if ((connection->walk_result & NETEDIT_WALK_VOID) || state->records == NETEDIT_RECORDS_MADE)
			return 0;
		profile = connection->profile;
	} else {
		if (((struct sock_common *)tp)->skc_state == NETEDIT_TCP_CLOSE || !netedit_recall(tp, state, &marked))
			return 0;
		if (!marked.chain)
			marked.walk_result = NETEDIT_WALK_VOID | NETEDIT_WALK_ADOPTED;
		if (state->records == NETEDIT_RECORDS_MADE) {
			/* Without output the walk is read at once: between two reads sockets may change their places. */
			bpf_sk_storage_get(&netedit_sockets, (struct sock *)tp, &marked, BPF_SK_STORAGE_GET_F_CREATE);
			return 0;
		}
		if (!marked.chain)
			return 0;
		profile = marked.profile;
	}
	bpf_seq_write(ctx->meta->seq, &profile, sizeof(profile));
	return 0;
}

char _license[] SEC("license") = "GPL";
