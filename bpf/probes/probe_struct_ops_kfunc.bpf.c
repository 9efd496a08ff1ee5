/* SPDX-License-Identifier: GPL-2.0-only */
/* May a congestion control call the kernel's? Loaded, never registered. */
#define NETEDIT_PROBE_KFUNC
#include "probe_struct_ops.bpf.c"
