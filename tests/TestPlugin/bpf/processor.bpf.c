/* SPDX-License-Identifier: GPL-2.0-only */
/* Counts how often a processor was asked what it does. */
#include "ports.h"

SEC("perf_event")
int sample(void *context)
{
	if (netedit_parameters())
		__sync_fetch_and_add(&met, 1);
	return 0;
}
