/* SPDX-License-Identifier: GPL-2.0-only */
/* Counts the bpf() calls of one process by command, as they enter the kernel. */
#include <netedit/kernel.h>

#define COMMANDS 64

const volatile __u32 calls_number = 0;   /* of bpf() on this architecture */
const volatile __u32 calls_argument = 0; /* offset of the first argument in struct pt_regs */
const volatile __u32 calls_process = 0;

__u64 calls[COMMANDS];

SEC("raw_tp/sys_enter")
int bench_calls(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 command = 0;

	if (ctx->args[1] != calls_number || bpf_get_current_pid_tgid() >> 32 != calls_process)
		return 0;
	bpf_probe_read_kernel(&command, sizeof(command), (void *)(ctx->args[0] + calls_argument));
	if (command < COMMANDS)
		__sync_fetch_and_add(&calls[command], 1);
	return 0;
}

char _license[] SEC("license") = "GPL";
