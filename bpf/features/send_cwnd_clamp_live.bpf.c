/* SPDX-License-Identifier: GPL-2.0-only */
/* The same for open connections. Without it the window grows again, from slow start. */
#include <netedit/live.h>

#define UNBOUNDED 0x7fffffff /* also the kernel's own slow start threshold: the option sets both */

struct send_cwnd_clamp {
	__u32 segments;
};

NETEDIT_LIVE_STAGE(struct send_cwnd_clamp, tp, call, p)
{
	__u32 clamp = tp->snd_cwnd_clamp;

	if (call->release) {
		if (clamp == p->segments)
			netedit_live_set(tp, call, SOL_TCP, TCP_BPF_SNDCWND_CLAMP, UNBOUNDED);
		return;
	}
	if (clamp != p->segments)
		netedit_live_set(tp, call, SOL_TCP, TCP_BPF_SNDCWND_CLAMP, p->segments);
	call->held = 1;
}

char _license[] SEC("license") = "GPL";
