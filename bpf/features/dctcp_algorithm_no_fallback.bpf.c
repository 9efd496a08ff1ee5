/* SPDX-License-Identifier: GPL-2.0-only */
/* For kernels on which a congestion control cannot set options (before 5.15): without ECN it stays, and does as Reno does. */
#define NETEDIT_NO_FALLBACK
#include "dctcp_algorithm.bpf.c"
