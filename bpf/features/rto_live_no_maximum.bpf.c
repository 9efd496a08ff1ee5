/* SPDX-License-Identifier: GPL-2.0-only */
/* For kernels whose longest timeout is fixed (before 6.15). */
#define NETEDIT_NO_MAXIMUM
#include "rto_live.bpf.c"
