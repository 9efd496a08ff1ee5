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

#define SOL_IP 0
#define IP_TOS 1
#define SOL_IPV6 41
#define IPV6_TCLASS 67
#define IPV6_AUTOFLOWLABEL 70
#define SOL_SOCKET 1
#define SO_SNDBUF 7
#define SO_RCVBUF 8
#define SO_KEEPALIVE 9
#define SO_MAX_PACING_RATE 47
#define SO_TXREHASH 74
#define SOL_TCP 6
#define TCP_MAXSEG 2
#define TCP_KEEPIDLE 4
#define TCP_KEEPINTVL 5
#define TCP_KEEPCNT 6
#define TCP_WINDOW_CLAMP 10
#define TCP_CONGESTION 13
#define TCP_USER_TIMEOUT 18
#define TCP_NOTSENT_LOWAT 25
#define TCP_RTO_MAX_MS 44
#define TCP_BPF_SOCK_OPS_CB_FLAGS 1008
#define EPERM 1
#define ENOENT 2
#define AF_INET 2
#define AF_INET6 10
#define EPROTO 71
#define ETIMEDOUT 110
#define EHOSTUNREACH 113
#define TCP_CA_NAME_MAX 16

enum netedit_tcp_state {
	NETEDIT_TCP_ESTABLISHED = 1,
	NETEDIT_TCP_SYN_SENT = 2,
	NETEDIT_TCP_SYN_RECV = 3,
	NETEDIT_TCP_CLOSE = 7,
	NETEDIT_TCP_CLOSE_WAIT = 8,
	NETEDIT_TCP_LISTEN = 10,
};

/* The kernel's own numbers come from its types as offsets do: bpf_core_enum_value. */
enum sock_flags {
	SOCK_KEEPOPEN = 3, /* bit of skc_flags: SO_KEEPALIVE */
};

/*
 * tcp_sock.ecn_flags: ECN was agreed in the handshake (TCP_ECN_OK, renamed TCP_ECN_MODE_RFC3168 in 6.18). A macro of the kernel's,
 * which no type tells; DctcpTests see its effect on each kernel of the matrix.
 */
#define NETEDIT_ECN_AGREED 0x1

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct tcp_congestion_ops___name {
	char name[TCP_CA_NAME_MAX];
};

struct netns_ipv4 {
	const struct tcp_congestion_ops___name *tcp_congestion_control;
	int sysctl_tcp_rto_min_us; /* 6.11 */
	int sysctl_tcp_rto_max_ms; /* 6.15 */
};

struct ns_common {
	unsigned int inum;
};

struct net {
	struct ns_common ns;
	struct netns_ipv4 ipv4;
};

typedef struct {
	struct net *net;
} possible_net_t;

struct sock;

struct in6_addr {
	union {
		__u32 u6_addr32[4];
	} in6_u;
};

struct sock_common {
	__u32 skc_daddr;
	__u32 skc_rcv_saddr;
	__u16 skc_dport; /* network order */
	__u16 skc_num;	 /* host order */
	unsigned short skc_family;
	volatile unsigned char skc_state;
	possible_net_t skc_net;
	unsigned long skc_flags;
	struct sock *skc_listener; /* of a request socket */
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
};

struct kernfs_node {
	__u64 id;
};

struct cgroup {
	struct kernfs_node *kn;
	int level;
	struct cgroup *ancestors[]; /* 6.1; ancestor_ids before */
};

/* The same before 6.1. */
struct cgroup___before_6_1 {
	__u64 ancestor_ids[1];
};

struct sock_cgroup_data {
	struct cgroup *cgroup;
};

/* The same before 5.15: the pointer, unless its low bits are set. */
struct sock_cgroup_data___before_5_15 {
	__u64 val;
};

struct inode {
	unsigned long i_ino;
};

struct socket;

struct net_device {
	char name[16];
};

struct dst_entry {
	struct net_device *dev;
};

typedef struct {
	__u32 val;
} kuid_t;

/* What struct sock's sk_socket is the beginning of. */
struct socket_alloc {
	struct inode vfs_inode;
};

struct sock {
	struct sock_common __sk_common;
	int sk_rcvbuf;
	int sk_sndbuf;
	unsigned long sk_pacing_rate;	  /* bytes per second */
	unsigned long sk_max_pacing_rate; /* bytes per second */
	struct socket *sk_socket;
	struct dst_entry *sk_dst_cache; /* its route */
	kuid_t sk_uid;
	struct sock_cgroup_data sk_cgrp_data;
	__u8 sk_txrehash; /* 5.18 */
};

struct ipv6_pinfo {
	__u8 tclass;
};

struct inet_sock {
	struct sock sk;
	struct ipv6_pinfo *pinet6;
	__u8 tos;
};

/* A connection that is not established yet. */
struct request_sock {
	struct sock_common __req_common;
	__u16 mss; /* bytes that the peer's SYN allows in a segment, at most what the listener does */
};

struct inet_request_sock {
	struct request_sock req;
	__u16 tstamp_ok : 1; /* its segments carry timestamps */
};

/* What is behind a program's struct bpf_sock_ops. */
struct bpf_sock_ops_kern {
	struct sock *sk; /* also a request socket */
};

struct inet_connection_sock {
	struct inet_sock icsk_inet;
	const struct tcp_congestion_ops___name *icsk_ca_ops;
	__u32 icsk_rto;	    /* jiffies */
	__u32 icsk_rto_min; /* jiffies; 5.10 */
	__u32 icsk_rto_max; /* jiffies; 6.15 */
	__u32 icsk_user_timeout; /* milliseconds */
	__u8 icsk_ca_state : 5;
	struct {
		__u8 pending;
	} icsk_ack;
	__u64 icsk_ca_priv[13];
};

struct tcp_sack_block {
	__u32 start_seq;
};

struct tcp_options_received {
	__u16 dsack : 1; /* the next acknowledgement says that data came again, */
};

struct tcp_sock {
	struct inet_connection_sock inet_conn;
	struct tcp_options_received rx_opt;
	struct tcp_sack_block duplicate_sack[1]; /* and which */
	__u16 advmss;
	__u8 ecn_flags;
	__u32 is_cwnd_limited : 1;
	__u32 segs_in;
	__u32 segs_out;
	__u32 data_segs_out;
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
	__u32 srtt_us; /* smoothed round-trip time in eighths of a microsecond */
	__u32 mss_cache;
	__u32 notsent_lowat;
	__u32 total_retrans;
	unsigned int keepalive_time; /* jiffies */
	unsigned int keepalive_intvl;
	__u8 keepalive_probes;
	__u64 bytes_acked;
	__u64 bytes_received;
	__u64 bytes_sent;
	__u64 bytes_retrans;
	__u8 bpf_sock_ops_cb_flags;
};

#pragma clang attribute pop

#endif
