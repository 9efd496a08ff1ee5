/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a feature's stage sees. A stage says what it wants; the chain alone writes to the hook:
 *
 *	struct my_parameters { __u32 segments; };
 *
 *	NETEDIT_STAGE(struct my_parameters, ctx, call, p)
 *	{
 *		netedit_set(ctx, call, SOL_TCP, TCP_BPF_IW, p->segments);
 *	}
 */
#ifndef NETEDIT_STAGE_H
#define NETEDIT_STAGE_H

#include <netedit/kernel.h>
#include <netedit/abi.h>

struct netedit_call {
	__u32 op;	 /* BPF_SOCK_OPS_* */
	__u32 callbacks; /* out: BPF_SOCK_OPS_*_CB_FLAG the stage wants for this connection */
	__s32 answer;	 /* out, with `answered`: reply to a query */
	__s32 error;	 /* out: errno of the first refused setting */
	__u8 answered;
	__u8 direction;	 /* enum netedit_direction */
	__u8 full;	 /* 0: a request socket; answer queries, set nothing */
	__u8 ipv6;	 /* the segments on the wire are IPv6 */
	__u32 hz;	 /* jiffies in a second */
	__u8 enough;	 /* out: this operation, which it asked for, is of no more use to the stage at this connection */
};

static __always_inline void netedit_answer(struct netedit_call *call, __s32 value)
{
	call->answer = value;
	call->answered = 1;
}

/* Counted per feature and errno, once per connection. */
static __always_inline void netedit_fail(struct netedit_call *call, int error)
{
	if (!call->error)
		call->error = error < 0 ? -error : error;
}

static __always_inline int netedit_set_bytes(struct bpf_sock_ops *ctx, struct netedit_call *call, int level, int name,
					     void *value, int length)
{
	int error = bpf_setsockopt(ctx, level, name, value, length);

	if (error)
		netedit_fail(call, error);
	return error;
}

static __always_inline int netedit_set(struct bpf_sock_ops *ctx, struct netedit_call *call, int level, int name,
				       int value)
{
	return netedit_set_bytes(ctx, call, level, name, &value, sizeof(value));
}

/*
 * The socket, or NULL for a request socket. Never read the field otherwise: where the compiler loads it into the register that
 * holds the context, the kernel leaves the context there instead of NULL (SOCK_OPS_GET_SK of net/core/filter.c), and a helper
 * takes it for a socket. Seen as an oops of 5.10.
 */
static __always_inline struct bpf_sock *netedit_sk(struct bpf_sock_ops *ctx)
{
	struct bpf_sock *sk;

	asm volatile("%0 = *(u64 *)(%1 + %2)"
		     : "=&r"(sk)
		     : "r"(ctx), "i"(__builtin_offsetof(struct bpf_sock_ops, sk)));
	return sk;
}

/* The kernel's own view of the socket, or NULL for a request socket. */
static __always_inline struct tcp_sock *netedit_tcp_sock(struct bpf_sock_ops *ctx)
{
	struct bpf_sock *sk = netedit_sk(ctx);

	return sk ? (struct tcp_sock *)bpf_skc_to_tcp_sock(sk) : NULL;
}

/*
 * The function's last two letters are the slot: the adapter writes two digits over them when it fuses a chain, which is
 * why a feature need not know its place when it is compiled.
 */
#define NETEDIT_STAGE(type, ctx, call, parameters)                                                                     \
	static __always_inline void netedit_stage_body(struct bpf_sock_ops *ctx, struct netedit_call *call,            \
						       const type *parameters);                                        \
	_Static_assert(sizeof(type) <= NETEDIT_PARAMETER_BYTES, "parameters of a stage take at most 32 bytes");        \
	__hidden int netedit_stage_XX(struct bpf_sock_ops *ctx, struct netedit_call *call, const void *parameters)     \
	{                                                                                                              \
		netedit_stage_body(ctx, call, parameters);                                                             \
		return 0;                                                                                              \
	}                                                                                                              \
	static __always_inline void netedit_stage_body(struct bpf_sock_ops *ctx, struct netedit_call *call,            \
						       const type *parameters)

#endif
