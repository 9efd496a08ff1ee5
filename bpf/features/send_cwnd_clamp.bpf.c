/* SPDX-License-Identifier: GPL-2.0-only */
/* The most a connection may have in flight. */
#include <netedit/stage.h>

struct send_cwnd_clamp {
	__u32 segments;
};

NETEDIT_STAGE(struct send_cwnd_clamp, ctx, call, p)
{
	struct tcp_sock *tp = netedit_tcp_sock(ctx);
	int segments = p->segments;

	netedit_set(ctx, call, SOL_TCP, TCP_BPF_SNDCWND_CLAMP, segments);
	/* The kernel looks at the clamp when the window changes: the first flight would be the initial window's. */
	if (tp && tp->snd_cwnd > p->segments)
		bpf_setsockopt(ctx, SOL_TCP, TCP_BPF_IW, &segments, sizeof(segments));
}

char _license[] SEC("license") = "GPL";
