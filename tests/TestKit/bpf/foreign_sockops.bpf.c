/* SPDX-License-Identifier: GPL-2.0-only */
/* Somebody else's sockops program: answers every query with one value, as the kernel's samples do with -1, or voids what all answer. */
#include <netedit/kernel.h>

const volatile __s32 answer = -1;
const volatile __s32 verdict = 1;
__u64 runs;

SEC("sockops")
int foreign_sockops(struct bpf_sock_ops *ctx)
{
	__sync_fetch_and_add(&runs, 1);
	if (verdict && ctx->op == BPF_SOCK_OPS_RWND_INIT)
		ctx->reply = answer;
	return verdict;
}

char _license[] SEC("license") = "GPL";
