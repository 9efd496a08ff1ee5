/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Gives the listeners of the reader's network namespace what the rules give every connection to their ports, and takes back what
 * they had been given otherwise. Listeners come first in a walk: at the first other socket it writes a byte, and the reader
 * need not read on.
 */
#include <netedit/iterator.h>
#include <netedit/listener.h>

/* What the narrowest scope around a listener gives every connection to its port. */
static __always_inline const struct netedit_settings *settings_of(struct tcp_sock *tp, const struct netedit_state *state)
{
	struct cgroup *cgroup = netedit_read_cgroup((struct sock *)tp);
	__u32 level = cgroup ? BPF_CORE_READ(cgroup, level) : 0;

	for (__u32 up = 0; up <= NETEDIT_LISTENER_LEVELS && up <= level && cgroup; up++) {
		__u64 id = netedit_ancestor(cgroup, level - up);
		const struct netedit_scope *scope = bpf_map_lookup_elem(&netedit_scopes, &id);

		if (scope)
			return netedit_settings_of(state, scope->chains[0].key, ((struct sock_common *)tp)->skc_num);
	}
	return NULL;
}

SEC("iter/tcp")
int netedit_settle_listeners(struct bpf_iter__tcp *ctx)
{
	struct sock_common *skc = ctx->sk_common;
	const struct netedit_settings *settings = NULL;
	struct netedit_listener *listener;
	struct netedit_state *state;
	struct tcp_sock *tp;
	__u32 zero = 0;
	__u8 end = 0;

	tp = skc ? (struct tcp_sock *)bpf_skc_to_tcp_sock(skc) : NULL;
	state = bpf_map_lookup_elem(&netedit_state, &zero);
	if (!tp || !state)
		return 0;
	if (((struct sock_common *)tp)->skc_state != NETEDIT_TCP_LISTEN) {
		bpf_seq_write(ctx->meta->seq, &end, sizeof(end));
		return 0;
	}
	listener = bpf_sk_storage_get(&netedit_listeners, (struct sock *)tp, NULL, 0);
	if (listener)
		netedit_release_listener(tp, listener);
	if (netedit_may_settle(state))
		settings = settings_of(tp, state);
	if (!settings)
		return 0;
	if (!listener)
		listener = bpf_sk_storage_get(&netedit_listeners, (struct sock *)tp, NULL, BPF_SK_STORAGE_GET_F_CREATE);
	if (listener)
		netedit_settle_listener(tp, listener, settings);
	return 0;
}

char _license[] SEC("license") = "GPL";
