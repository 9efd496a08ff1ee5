/* SPDX-License-Identifier: GPL-2.0-only */
/* Can sockops keep something in a socket's storage? */
#include <netedit/kernel.h>

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__type(key, int);
	__type(value, __u64);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} probe_sockets SEC(".maps");

SEC("sockops")
int netedit_probe(struct bpf_sock_ops *ctx)
{
	struct bpf_sock *sk = ctx->sk;

	if (sk)
		bpf_sk_storage_get(&probe_sockets, sk, NULL, BPF_SK_STORAGE_GET_F_CREATE);
	return 1;
}

char _license[] SEC("license") = "GPL";
