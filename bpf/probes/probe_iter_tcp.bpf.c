/* SPDX-License-Identifier: GPL-2.0-only */
/* Can the TCP sockets of a network namespace be walked, and their storage read? */
#include <netedit/kernel.h>
#include <netedit/iterator.h>

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__type(key, int);
	__type(value, __u64);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} probe_sockets SEC(".maps");

SEC("iter/tcp")
int netedit_probe(struct bpf_iter__tcp *ctx)
{
	struct sock_common *skc = ctx->sk_common;
	struct tcp_sock *tp = skc ? (struct tcp_sock *)bpf_skc_to_tcp_sock(skc) : NULL;

	if (tp)
		bpf_sk_storage_get(&probe_sockets, (struct sock *)tp, NULL, 0);
	return 0;
}

char _license[] SEC("license") = "GPL";
