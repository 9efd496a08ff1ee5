/* SPDX-License-Identifier: GPL-2.0-only */
/* Does nothing with every socket: what a walk costs in itself. */
#include <netedit/kernel.h>
#include <netedit/iterator.h>

SEC("iter/tcp")
int bench_walk(struct bpf_iter__tcp *ctx)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
