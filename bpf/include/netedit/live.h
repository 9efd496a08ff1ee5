/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A feature's live stage: does to an open connection what can still be done, and undoes it. It runs in a walk over
 * sockets, apart from the feature's stage at the hook:
 *
 *	NETEDIT_LIVE_STAGE(struct my_parameters, tp, call, p)
 *	{
 *		if (call->release)
 *			... undo what was set by p, unless the application has set something else since
 *		else if (!call->owned || call->again)
 *			call->held = !netedit_live_set(tp, call, SOL_TCP, MY_OPTION, p->value);
 *	}
 */
#ifndef NETEDIT_LIVE_H
#define NETEDIT_LIVE_H

#include <netedit/kernel.h>
#include <netedit/abi.h>

struct netedit_live_call {
	__u32 callbacks; /* out: BPF_SOCK_OPS_*_CB_FLAG the feature's stage at the hook needs to keep it up */
	__s32 error;	 /* out: errno of the first refused setting */
	__u8 release;	 /* 1: undo */
	__u8 owned;	 /* this feature gave it before: what differs since, the application chose */
	__u8 again;	 /* it was tuned before, perhaps by other values */
	__u8 direction;	 /* enum netedit_direction */
	__u8 ipv6;	 /* the segments on the wire are IPv6 */
	__u8 held;	 /* out: the connection has what this feature gives, and loses it with the policy */
	__u8 changed;	 /* out: something was set */
	__u8 skipped;	 /* out: this connection cannot have it */
};

static __always_inline int netedit_live_set_bytes(struct tcp_sock *tp, struct netedit_live_call *call, int level,
						  int name, void *value, int length)
{
	int error = bpf_setsockopt(tp, level, name, value, length);

	if (!error)
		call->changed = 1;
	else if (!call->error)
		call->error = -error;
	return error;
}

static __always_inline int netedit_live_set(struct tcp_sock *tp, struct netedit_live_call *call, int level, int name,
					    int value)
{
	return netedit_live_set_bytes(tp, call, level, name, &value, sizeof(value));
}

/* The last two letters become the slot's digits, as with NETEDIT_STAGE. */
#define NETEDIT_LIVE_STAGE(type, tp, call, parameters)                                                                 \
	static __always_inline void netedit_live_body(struct tcp_sock *tp, struct netedit_live_call *call,             \
						      const type *parameters);                                         \
	_Static_assert(sizeof(type) <= NETEDIT_PARAMETER_BYTES, "parameters of a stage take at most 32 bytes");        \
	__hidden int netedit_live_XX(struct tcp_sock *tp, struct netedit_live_call *call, const void *parameters)      \
	{                                                                                                              \
		netedit_live_body(tp, call, parameters);                                                               \
		return 0;                                                                                              \
	}                                                                                                              \
	static __always_inline void netedit_live_body(struct tcp_sock *tp, struct netedit_live_call *call,             \
						      const type *parameters)

#endif
