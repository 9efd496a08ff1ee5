/* SPDX-License-Identifier: GPL-2.0-only */
/* What applications may set of their TCP sockets themselves. */
#include <netedit/kernel.h>
#include <netedit/program.h>

#define SOCK_STREAM 1
#define IPPROTO_SCTP 132
#define SO_SNDBUFFORCE 32
#define SO_RCVBUFFORCE 33

#define REFUSE 0 /* the application gets EPERM */
#define PASS 1

struct guard {
	__u32 buffers_limit;	  /* bytes, 0: none */
	__u32 window_clamp_limit; /* bytes, 0: none */
	__u8 deny_buffers;
	__u8 deny_window_clamp;
	__u8 deny_congestion_control;
};

/* How often. */
__u64 denied;
__u64 capped;

static __always_inline int judge(struct bpf_sockopt *context, __u8 deny, __u32 limit)
{
	__u32 *value = context->optval;

	if (deny) {
		__sync_fetch_and_add(&denied, 1);
		return REFUSE;
	}
	/* What is shorter the kernel refuses by itself. */
	if (limit && (void *)(value + 1) <= context->optval_end && *value > limit) {
		*value = limit;
		__sync_fetch_and_add(&capped, 1);
	}
	return PASS;
}

/*
 * A stream over IP is TCP, whatever stands between: an MPTCP socket has another protocol number, and what is set of it, all
 * of its TCP connections get. SCTP's alone are not.
 */
static __always_inline int is_tcp(const struct bpf_sock *sk)
{
	return sk->type == SOCK_STREAM && (sk->family == AF_INET || sk->family == AF_INET6) &&
	       sk->protocol != IPPROTO_SCTP;
}

SEC("cgroup/setsockopt")
int netedit_guard(struct bpf_sockopt *context)
{
	const struct guard *guard = netedit_parameters();

	if (!guard || !context->sk || !is_tcp(context->sk))
		return PASS;
	if (context->level == SOL_SOCKET) {
		switch (context->optname) {
		case SO_SNDBUF:
		case SO_RCVBUF:
		case SO_SNDBUFFORCE:
		case SO_RCVBUFFORCE:
			return judge(context, guard->deny_buffers, guard->buffers_limit);
		}
	} else if (context->level == SOL_TCP) {
		switch (context->optname) {
		case TCP_WINDOW_CLAMP:
			return judge(context, guard->deny_window_clamp, guard->window_clamp_limit);
		case TCP_CONGESTION:
			return judge(context, guard->deny_congestion_control, 0);
		}
	}
	return PASS;
}

char _license[] SEC("license") = "GPL";
