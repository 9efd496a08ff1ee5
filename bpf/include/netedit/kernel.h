/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel types our programs touch, and of those only the members they touch. Offsets are relocated against the BTF
 * of the kernel that loads a program (preserve_access_index), so this file never has to match any one kernel.
 */
#ifndef NETEDIT_KERNEL_H
#define NETEDIT_KERNEL_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_endian.h>

#define SOL_SOCKET 1
#define SO_RCVBUF 8
#define SOL_TCP 6
#define TCP_WINDOW_CLAMP 10
#define TCP_CONGESTION 13
#define AF_INET 2
#define AF_INET6 10
#define EPROTO 71

/* tcp_sock.ecn_flags: ECN was agreed in the handshake (TCP_ECN_OK, renamed TCP_ECN_MODE_RFC3168 in 6.18). */
#define NETEDIT_ECN_AGREED 0x1

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct sock_common {
	unsigned short skc_family;
	volatile unsigned char skc_state;
};

struct sock {
	struct sock_common __sk_common;
};

struct inet_sock {
	struct sock sk;
};

struct inet_connection_sock {
	struct inet_sock icsk_inet;
	__u8 icsk_ca_state : 5;
	struct {
		__u8 pending;
	} icsk_ack;
	__u64 icsk_ca_priv[13];
};

struct tcp_sock {
	struct inet_connection_sock inet_conn;
	__u16 advmss;
	__u8 ecn_flags;
	__u32 is_cwnd_limited : 1;
	__u32 rcv_nxt;
	__u32 snd_nxt;
	__u32 snd_una;
	__u32 snd_cwnd;
	__u32 snd_cwnd_cnt;
	__u32 snd_cwnd_clamp;
	__u32 snd_ssthresh;
	__u32 max_packets_out;
	__u32 delivered;
	__u32 delivered_ce;
	__u32 window_clamp;
};

#pragma clang attribute pop

#endif
