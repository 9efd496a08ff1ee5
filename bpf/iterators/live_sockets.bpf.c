/* SPDX-License-Identifier: GPL-2.0-only */
/* Writes the profile's id (8 bytes) of every tuned socket of the reader's network namespace. */
#include <netedit/abi.h>
#include <netedit/iterator.h>

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__type(key, int);
	__type(value, struct netedit_connection);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} netedit_sockets SEC(".maps");

SEC("iter/tcp")
int netedit_live_sockets(struct bpf_iter__tcp *ctx)
{
	struct sock_common *skc = ctx->sk_common;
	struct netedit_connection *connection;
	struct tcp_sock *tp;

	tp = skc ? (struct tcp_sock *)bpf_skc_to_tcp_sock(skc) : NULL;
	if (!tp)
		return 0;
	connection = bpf_sk_storage_get(&netedit_sockets, (struct sock *)tp, NULL, 0);
	if (connection)
		bpf_seq_write(ctx->meta->seq, &connection->profile, sizeof(connection->profile));
	return 0;
}

char _license[] SEC("license") = "GPL";
