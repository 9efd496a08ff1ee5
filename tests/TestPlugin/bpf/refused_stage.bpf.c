/* SPDX-License-Identifier: GPL-2.0-only */
/* A stage no verifier lets pass: it follows a number as if it were a pointer. */
#include <netedit/stage.h>

struct refused {
	__u64 number;
};

NETEDIT_STAGE(struct refused, ctx, call, p)
{
	call->answer = *(__s32 *)p->number;
}

char _license[] SEC("license") = "GPL";
