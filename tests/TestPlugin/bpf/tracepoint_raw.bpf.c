/* SPDX-License-Identifier: GPL-2.0-only */
/* The lesser kind alone. */
#include "ports.h"

SEC("raw_tp/inet_sock_set_state")
int raw(__u64 *arguments)
{
	if (netedit_parameters() && arguments[2] == 1)
		__sync_fetch_and_add(&met, 1);
	return 0;
}
