/* SPDX-License-Identifier: GPL-2.0-only */
/* What a walk over TCP sockets is given. */
#ifndef NETEDIT_ITERATOR_H
#define NETEDIT_ITERATOR_H

#include <netedit/kernel.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_iter__tcp {
	struct bpf_iter_meta *meta;
	struct sock_common *sk_common;
};

#pragma clang attribute pop

#endif
