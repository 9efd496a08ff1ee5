/* SPDX-License-Identifier: GPL-2.0-only */
/* Does a sockops program pass the verifier? */
#include <netedit/kernel.h>

SEC("sockops")
int netedit_probe(struct bpf_sock_ops *ctx)
{
	return 1;
}

char _license[] SEC("license") = "GPL";
