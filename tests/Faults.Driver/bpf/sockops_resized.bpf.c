/* SPDX-License-Identifier: GPL-2.0-only */
/* The chain as another version might have it: one of the shared maps has another size, so all of them are made anew. */
#include <netedit/kernel.h>
#include <netedit/abi.h>

#undef NETEDIT_RECENT
#define NETEDIT_RECENT 128

#include "../../../bpf/chain/sockops.bpf.c"
