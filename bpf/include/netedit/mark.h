/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * While nothing changes, a tuned connection needs no record: what it got follows from the rules, which are as they were
 * when it was opened. It bears a mark, which also says who opened it: one of two callback flags, whose operations are rare
 * and do nothing here. Both flags, or one that was there before, are somebody else's.
 */
#ifndef NETEDIT_MARK_H
#define NETEDIT_MARK_H

#include <netedit/kernel.h>
#include <netedit/abi.h>

#define NETEDIT_MARKS (BPF_SOCK_OPS_RTO_CB_FLAG | BPF_SOCK_OPS_RETRANS_CB_FLAG)

static __always_inline __u32 netedit_mark(__u8 direction)
{
	return direction == NETEDIT_INBOUND ? BPF_SOCK_OPS_RTO_CB_FLAG : BPF_SOCK_OPS_RETRANS_CB_FLAG;
}

/* Who opened a connection, as its callback flags tell; NETEDIT_NOBODY where they are no mark. */
static __always_inline __u8 netedit_marked(const struct netedit_state *state, __u32 flags)
{
	if (state->records == NETEDIT_RECORDS_ALL)
		return NETEDIT_NOBODY;
	flags &= NETEDIT_MARKS;
	return flags == BPF_SOCK_OPS_RTO_CB_FLAG       ? NETEDIT_INBOUND
	       : flags == BPF_SOCK_OPS_RETRANS_CB_FLAG ? NETEDIT_OUTBOUND
						       : NETEDIT_NOBODY;
}

#endif
