/* SPDX-License-Identifier: GPL-2.0-only */
/* Sends what is meant for a port to another one; one program for each hook of addresses. */
#include "ports.h"

static __always_inline int redirect(struct bpf_sock_addr *context)
{
	const struct ports *ports = netedit_parameters();

	if (ports && context->user_port == bpf_htons((__u16)ports->port)) {
		context->user_port = bpf_htons((__u16)ports->other);
		__sync_fetch_and_add(&met, 1);
	}
	return 1;
}

SEC("cgroup/bind4")
int bind4(struct bpf_sock_addr *context)
{
	return redirect(context);
}

SEC("cgroup/bind6")
int bind6(struct bpf_sock_addr *context)
{
	return redirect(context);
}

SEC("cgroup/connect4")
int connect4(struct bpf_sock_addr *context)
{
	return redirect(context);
}

SEC("cgroup/connect6")
int connect6(struct bpf_sock_addr *context)
{
	return redirect(context);
}

SEC("cgroup/sendmsg4")
int sendmsg4(struct bpf_sock_addr *context)
{
	return redirect(context);
}

SEC("cgroup/sendmsg6")
int sendmsg6(struct bpf_sock_addr *context)
{
	return redirect(context);
}

SEC("cgroup/recvmsg4")
int recvmsg4(struct bpf_sock_addr *context)
{
	return redirect(context);
}

SEC("cgroup/recvmsg6")
int recvmsg6(struct bpf_sock_addr *context)
{
	return redirect(context);
}
