/* SPDX-License-Identifier: GPL-2.0-only */
/* May a congestion control set options of its socket? Loaded, never registered. */
#define NETEDIT_PROBE_SETSOCKOPT
#include "probe_struct_ops.bpf.c"
