/* SPDX-License-Identifier: GPL-2.0-only */
/* The clamp of open connections. A buffer is not changed any more: the kernel has no way back to autotuning. */
#include <netedit/live.h>
#include <netedit/receive_window.h>

NETEDIT_LIVE_STAGE(struct receive_window, tp, call, p)
{
	__u32 clamp = tp->window_clamp, bound = netedit_window_bound(tp, p);

	if (!call->release && (p->clamp || p->rate)) {
		if (bound && (netedit_clamp_is_off(clamp, bound, p) || (call->again && clamp != bound)))
			netedit_live_set(tp, call, SOL_TCP, TCP_WINDOW_CLAMP, bound);
		call->callbacks |= BPF_SOCK_OPS_WRITE_HDR_OPT_CB_FLAG;
		call->held = 1;
	} else if (call->again || (call->owned && (p->rate || (p->clamp && clamp == p->clamp)))) {
		/* No window exceeds the buffer, and autotuning lifts the clamp with it from here on. */
		int open = tp->inet_conn.icsk_inet.sk.sk_rcvbuf;

		if (clamp < (__u32)open)
			netedit_live_set(tp, call, SOL_TCP, TCP_WINDOW_CLAMP, open);
	}
}

char _license[] SEC("license") = "GPL";
