/* SPDX-License-Identifier: GPL-2.0-only */
/* For kernels that take no TCP_WINDOW_CLAMP from a program (before 5.11). */
#define NETEDIT_NO_CLAMP
#include "receive_window.bpf.c"
