/* SPDX-License-Identifier: GPL-2.0-only */
/* Lets no application set one type of service, and answers with another when it asks. */
#include "ports.h"

#define IPPROTO_IP 0
#define IP_TOS 1

SEC("cgroup/setsockopt")
int set(struct bpf_sockopt *context)
{
	const struct ports *values = netedit_parameters();
	__u8 *value = context->optval;

	if (!values || context->level != IPPROTO_IP || context->optname != IP_TOS)
		return 1;
	if ((void *)(value + 1) > context->optval_end || *value != (__u8)values->port)
		return 1;
	__sync_fetch_and_add(&met, 1);
	return 0;
}

SEC("cgroup/getsockopt")
int get(struct bpf_sockopt *context)
{
	const struct ports *values = netedit_parameters();
	__u8 *value = context->optval;

	if (!values || context->level != IPPROTO_IP || context->optname != IP_TOS)
		return 1;
	if ((void *)(value + 1) > context->optval_end)
		return 1;
	*value = (__u8)values->other;
	__sync_fetch_and_add(&met, 1);
	return 1;
}
