/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For standalone programs. Such a program asks for its parameters first, and does nothing without:
 *
 *	SEC("cgroup/connect4")
 *	int redirect(struct bpf_sock_addr *context)
 *	{
 *		const struct parameters *parameters = netedit_parameters();
 *
 *		if (!parameters)
 *			return 1;
 *		...
 *
 * A hash replaces its entry as a whole, so a program never sees half of a change.
 */
#ifndef NETEDIT_PROGRAM_H
#define NETEDIT_PROGRAM_H

#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include "abi.h"

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct netedit_values);
} netedit_values SEC(".maps");

/* Null while the program is paused. */
static __always_inline const void *netedit_parameters(void)
{
	__u32 key = 0;
	const struct netedit_values *values = bpf_map_lookup_elem(&netedit_values, &key);

	return values && !values->paused ? values->parameters : NULL;
}

#endif
