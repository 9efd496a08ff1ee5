/* SPDX-License-Identifier: GPL-2.0-only */
/* Parameters of receive-window, and the bound that they give. */
#ifndef NETEDIT_RECEIVE_WINDOW_H
#define NETEDIT_RECEIVE_WINDOW_H

#include <netedit/kernel.h>

struct receive_window {
	__u32 initial; /* bytes, 0: as it is */
	__u32 clamp;   /* bytes, 0: none */
	__u32 buffer;  /* bytes, 0: autotuned */
	__u32 rate;    /* bytes per second: the clamp is what it carries in a round trip; 0: it is fixed */
};

#define NETEDIT_LEAST_CLAMP 4096
#define NETEDIT_MICROSECONDS 1000000

/* The largest window; 0 while it is not known. */
static __always_inline __u32 netedit_window_bound(struct tcp_sock *tp, const struct receive_window *p)
{
	__u64 bound = p->clamp, round_trip;

	if (!p->rate || !tp)
		return bound;
	round_trip = (__u64)p->rate * (tp->srtt_us >> 3) / NETEDIT_MICROSECONDS;
	if (!round_trip)
		return bound;
	if (round_trip < NETEDIT_LEAST_CLAMP)
		round_trip = NETEDIT_LEAST_CLAMP;
	return bound && bound < round_trip ? bound : round_trip;
}

/* Whether a clamp is to be set anew: when it was lifted, and one that follows the round trip when it is off by more than an eighth. */
static __always_inline int netedit_clamp_is_off(__u32 clamp, __u32 bound, const struct receive_window *p)
{
	if (p->clamp && clamp > p->clamp)
		return 1;
	return p->rate && (clamp > bound + bound / 8 || clamp < bound - bound / 8);
}

#endif
