/* SPDX-License-Identifier: GPL-2.0-only */
/* Does nothing: what a run costs in itself, with its measurement. */
#include <netedit/kernel.h>

SEC("sockops")
int bench_empty(struct bpf_sock_ops *ctx)
{
	return 1;
}

char _license[] SEC("license") = "GPL";
