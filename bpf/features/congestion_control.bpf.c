/* SPDX-License-Identifier: GPL-2.0-only */
/* The algorithm of a connection: the first of two that the kernel has. */
#include <netedit/stage.h>

struct congestion_control {
	char algorithm[TCP_CA_NAME_MAX];
	char otherwise[TCP_CA_NAME_MAX]; /* empty: the host's own stays */
};

NETEDIT_STAGE(struct congestion_control, ctx, call, p)
{
	char name[TCP_CA_NAME_MAX];
	int error;

	__builtin_memcpy(name, p->algorithm, sizeof(name));
	error = bpf_setsockopt(ctx, SOL_TCP, TCP_CONGESTION, name, sizeof(name));
	if (error == -ENOENT && p->otherwise[0]) {
		__builtin_memcpy(name, p->otherwise, sizeof(name));
		error = bpf_setsockopt(ctx, SOL_TCP, TCP_CONGESTION, name, sizeof(name));
	}
	if (error)
		netedit_fail(call, error);
}

char _license[] SEC("license") = "GPL";
