/* SPDX-License-Identifier: GPL-2.0-only */
/* Counts connections that are established, by either kind of tracepoint. Its arguments: socket, old state, new state. */
#include "ports.h"

static __always_inline int count(__u64 *arguments)
{
	if (netedit_parameters() && arguments[2] == 1)
		__sync_fetch_and_add(&met, 1);
	return 0;
}

SEC("tp_btf/inet_sock_set_state")
int typed(__u64 *arguments)
{
	return count(arguments);
}

SEC("raw_tp/inet_sock_set_state")
int raw(__u64 *arguments)
{
	return count(arguments);
}
