/* SPDX-License-Identifier: GPL-2.0-only */
/* Bounds of the retransmission timeout. */
#include <netedit/stage.h>

struct rto {
	__u32 minimum; /* microseconds, 0: as it is */
	__u32 maximum; /* milliseconds, 0: as it is */
};

NETEDIT_STAGE(struct rto, ctx, call, p)
{
	if (p->minimum)
		netedit_set(ctx, call, SOL_TCP, TCP_BPF_RTO_MIN, p->minimum);
#ifndef NETEDIT_NO_MAXIMUM
	if (p->maximum)
		netedit_set(ctx, call, SOL_TCP, TCP_RTO_MAX_MS, p->maximum);
#endif
}

char _license[] SEC("license") = "GPL";
