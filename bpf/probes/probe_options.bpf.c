/* SPDX-License-Identifier: GPL-2.0-only */
/* Which options does the kernel take from a program? Tries them on sockets that were given a storage, on no others. */
#include <netedit/kernel.h>
#include <netedit/iterator.h>

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__type(key, int);
	__type(value, __u64);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} probe_sockets SEC(".maps");

/* Errnos, negative; 0: it was taken. */
struct answers {
	__s32 window_clamp;
	__s32 maximum_segment;
	__s32 transmit_rehash;
	__s32 flow_label; /* also 0 for a socket that is not IPv6 */
	__s32 maximum_timeout;
};

static __always_inline int set(struct tcp_sock *tp, int level, int name, int value)
{
	return bpf_setsockopt(tp, level, name, &value, sizeof(value));
}

SEC("iter/tcp")
int netedit_probe(struct bpf_iter__tcp *ctx)
{
	struct sock_common *skc = ctx->sk_common;
	struct tcp_sock *tp = skc ? (struct tcp_sock *)bpf_skc_to_tcp_sock(skc) : NULL;
	struct answers answers = {};

	if (!tp || !bpf_sk_storage_get(&probe_sockets, (struct sock *)tp, NULL, 0))
		return 0;
	answers.window_clamp = set(tp, SOL_TCP, TCP_WINDOW_CLAMP, 1 << 20);
	answers.maximum_segment = set(tp, SOL_TCP, TCP_MAXSEG, 1000);
	answers.transmit_rehash = set(tp, SOL_SOCKET, SO_TXREHASH, 1);
	if (((struct sock_common *)tp)->skc_family == AF_INET6)
		answers.flow_label = set(tp, SOL_IPV6, IPV6_AUTOFLOWLABEL, 1);
	answers.maximum_timeout = set(tp, SOL_TCP, TCP_RTO_MAX_MS, 120000);
	bpf_seq_write(ctx->meta->seq, &answers, sizeof(answers));
	return 0;
}

char _license[] SEC("license") = "GPL";
