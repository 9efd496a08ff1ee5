/* SPDX-License-Identifier: GPL-2.0-only */
/* Who opened a connection that was open before anybody looked. */
#ifndef NETEDIT_INITIATOR_H
#define NETEDIT_INITIATOR_H

#include <netedit/kernel.h>
#include <netedit/abi.h>

/*
 * Who opened a connection that nobody remembered: the kernel counts the SYN among the acknowledged bytes of the end that
 * sent it and among nothing of the other's. A socket with a history that was made up (restored from a checkpoint) is
 * neither.
 */
static __always_inline int netedit_initiator(struct tcp_sock *tp)
{
	__u32 sequence = (__u32)tp->bytes_acked + tp->snd_nxt - tp->snd_una;
	__u32 data = (__u32)tp->bytes_sent - (__u32)tp->bytes_retrans;

	switch (sequence - data) {
	case 0:
		return NETEDIT_INBOUND;
	case 1:
		return NETEDIT_OUTBOUND;
	default:
		return -1;
	}
}

#endif
