/* SPDX-License-Identifier: GPL-2.0-only */
/* The chain of another version: one of its shared maps has another shape, so its maps are of another layout. */
#include <netedit/abi.h>

#undef NETEDIT_RECENT
#define NETEDIT_RECENT 128

#include "../../../bpf/chain/sockops.bpf.c"
