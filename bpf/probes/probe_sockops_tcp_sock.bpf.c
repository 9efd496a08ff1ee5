/* SPDX-License-Identifier: GPL-2.0-only */
/* Can sockops read the kernel's own TCP socket? */
#include <netedit/kernel.h>

SEC("sockops")
int netedit_probe(struct bpf_sock_ops *ctx)
{
	struct bpf_sock *sk = ctx->sk;
	struct tcp_sock *tp = sk ? (struct tcp_sock *)bpf_skc_to_tcp_sock(sk) : NULL;

	return tp && tp->advmss ? 1 : 1;
}

char _license[] SEC("license") = "GPL";
