/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the version before ledger format 2 left attached, as far as a later version can see: shared maps pinned side by
 * side, a shorter record in the read-only data, counters that are no tables of a map of maps. It gives every connection
 * an initial window of 33 segments.
 */
#include <netedit/kernel.h>

struct old_state {
	__u32 generation;
	__u8 paused;
	__u8 reserved[3];
	__u64 seed;
};

struct old_counters {
	__u64 tuned[16];
};

struct old_event_key {
	__u64 profile;
	__u16 slot;
	__u16 event;
	__s32 error;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct old_state);
	__uint(max_entries, 1);
} netedit_state SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__type(key, __u64);
	__type(value, struct old_counters);
	__uint(max_entries, 8192);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} netedit_counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct old_event_key);
	__type(value, __u64);
	__uint(max_entries, 4096);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} netedit_events SEC(".maps");

const volatile char netedit_chain[1132] = {};

SEC("sockops")
int netedit_sockops(struct bpf_sock_ops *ctx)
{
	__u32 zero = 0;
	__u64 none = 0;
	int window = 33;

	if (!bpf_map_lookup_elem(&netedit_state, &zero) || bpf_map_lookup_elem(&netedit_counters, &none) || netedit_chain[0])
		return 1;
	if (ctx->op == BPF_SOCK_OPS_ACTIVE_ESTABLISHED_CB || ctx->op == BPF_SOCK_OPS_PASSIVE_ESTABLISHED_CB)
		bpf_setsockopt(ctx, SOL_TCP, TCP_BPF_IW, &window, sizeof(window));
	return 1;
}

char _license[] SEC("license") = "GPL";
