/* SPDX-License-Identifier: GPL-2.0-only */
/* Writes its port, 4 bytes, for each map of the host. */
#include "ports.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_map;

struct bpf_iter__bpf_map {
	struct bpf_iter_meta *meta;
	struct bpf_map *map;
};

#pragma clang attribute pop

SEC("iter/bpf_map")
int maps(struct bpf_iter__bpf_map *context)
{
	const struct ports *ports = netedit_parameters();
	__u32 port;

	if (!ports || !context->map)
		return 0;
	port = ports->port;
	bpf_seq_write(context->meta->seq, &port, sizeof(port));
	return 0;
}
