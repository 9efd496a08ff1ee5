/* SPDX-License-Identifier: GPL-2.0-only */
/* Can the TCP sockets of a network namespace be walked? */
#include <netedit/kernel.h>
#include <netedit/iterator.h>

SEC("iter/tcp")
int netedit_probe(struct bpf_iter__tcp *ctx)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
