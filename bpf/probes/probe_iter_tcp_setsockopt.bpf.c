/* SPDX-License-Identifier: GPL-2.0-only */
/* May a walk over TCP sockets set their options? */
#include <netedit/kernel.h>
#include <netedit/iterator.h>

SEC("iter/tcp")
int netedit_probe(struct bpf_iter__tcp *ctx)
{
	struct sock_common *skc = ctx->sk_common;
	struct tcp_sock *tp = skc ? (struct tcp_sock *)bpf_skc_to_tcp_sock(skc) : NULL;
	int clamp = 1 << 20;

	if (tp)
		bpf_setsockopt(tp, SOL_TCP, TCP_WINDOW_CLAMP, &clamp, sizeof(clamp));
	return 0;
}

char _license[] SEC("license") = "GPL";
