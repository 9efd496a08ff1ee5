/* SPDX-License-Identifier: GPL-2.0-only */
/* Has the kernel find no socket for a port. */
#include "ports.h"

SEC("sk_lookup")
int lookup(struct bpf_sk_lookup *context)
{
	const struct ports *ports = netedit_parameters();

	if (!ports || context->local_port != ports->port)
		return SK_PASS;
	__sync_fetch_and_add(&met, 1);
	return SK_DROP;
}
