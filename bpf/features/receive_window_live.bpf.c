/* SPDX-License-Identifier: GPL-2.0-only */
/* The clamp of open connections. A buffer is not changed any more: the kernel has no way back to autotuning. */
#include <netedit/live.h>

struct receive_window {
	__u32 initial;
	__u32 clamp; /* bytes, 0: none */
	__u32 buffer;
};

NETEDIT_LIVE_STAGE(struct receive_window, tp, call, p)
{
	__u32 clamp = tp->window_clamp;

	if (!call->release && p->clamp) {
		if (clamp > p->clamp || (call->again && clamp != p->clamp))
			netedit_live_set(tp, call, SOL_TCP, TCP_WINDOW_CLAMP, p->clamp);
		call->callbacks |= BPF_SOCK_OPS_WRITE_HDR_OPT_CB_FLAG;
		call->held = 1;
	} else if (call->again || (call->owned && p->clamp && clamp == p->clamp)) {
		/* No window exceeds the buffer, and autotuning lifts the clamp with it from here on. */
		int open = tp->inet_conn.icsk_inet.sk.sk_rcvbuf;

		if (clamp < (__u32)open)
			netedit_live_set(tp, call, SOL_TCP, TCP_WINDOW_CLAMP, open);
	}
}

char _license[] SEC("license") = "GPL";
