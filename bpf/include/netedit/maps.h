/* SPDX-License-Identifier: GPL-2.0-only */
/* The maps that all chains share. The adapter makes and sizes them; what stands here is their shape. */
#ifndef NETEDIT_MAPS_H
#define NETEDIT_MAPS_H

#include <netedit/kernel.h>
#include <netedit/abi.h>

/* Mapped into memory by whoever writes it (5.5): a pass and the kill switch write their fields without each other's. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct netedit_state);
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE);
} netedit_state SEC(".maps");

/* The sizes of inner maps are given as numbers: clang keeps no type behind two pointers. */
struct netedit_port_table {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(key_size, sizeof(struct netedit_port_key));
	__uint(value_size, sizeof(struct netedit_port_page));
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_NO_PREALLOC);
};

/* Two tables, the one in use chosen by the lowest bit of the generation: a change of rules is one byte written. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__type(key, __u32);
	__uint(max_entries, 2);
	__array(values, struct netedit_port_table);
} netedit_ports SEC(".maps");

struct netedit_origin_table {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(key_size, sizeof(struct netedit_origin_key));
	__uint(value_size, sizeof(__u32));
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_NO_PREALLOC);
};

/* Tables are there only while a policy asks for an origin. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__type(key, __u32);
	__uint(max_entries, 2);
	__array(values, struct netedit_origin_table);
} netedit_origins SEC(".maps");

struct netedit_rule_table {
	__uint(type, BPF_MAP_TYPE_LPM_TRIE);
	__uint(key_size, sizeof(struct netedit_rule_key));
	__uint(value_size, sizeof(__u64));
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_NO_PREALLOC);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__type(key, __u32);
	__uint(max_entries, 2);
	__array(values, struct netedit_rule_table);
} netedit_rules SEC(".maps");

/* Arrays of two tables differ in size (5.10). */
struct netedit_range_table {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(struct netedit_range));
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_MMAPABLE | BPF_F_INNER_MAP);
};

/* Tables are there only while a group of rules has many IPv4 peers. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__type(key, __u32);
	__uint(max_entries, 2);
	__array(values, struct netedit_range_table);
} netedit_ranges SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u64); /* id of the scope's cgroup */
	__type(value, struct netedit_scope);
	__uint(max_entries, NETEDIT_SCOPES);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} netedit_scopes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct netedit_recent_scope);
	__uint(max_entries, NETEDIT_RECENT_SCOPES);
} netedit_recent_scopes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct netedit_recent);
	__uint(max_entries, NETEDIT_RECENT);
} netedit_recent SEC(".maps");

/*
 * Tables that grow: slot 0 is in use. A larger one is built beside it and put in its place in one write, without a
 * program loaded anew. Slot 1 keeps the former one while its counts are carried over.
 *
 * Hashes without preallocation: an update swaps the whole element, so no reader sees half of a changed profile.
 */
struct netedit_profile_table {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(key_size, sizeof(__u64));
	__uint(value_size, sizeof(struct netedit_profile));
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_NO_PREALLOC);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__type(key, __u32);
	__uint(max_entries, 2);
	__array(values, struct netedit_profile_table);
} netedit_profiles SEC(".maps");

struct netedit_counter_table {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(key_size, sizeof(__u64));
	__uint(value_size, sizeof(struct netedit_counters));
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_NO_PREALLOC);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__type(key, __u32);
	__uint(max_entries, 2);
	__array(values, struct netedit_counter_table);
} netedit_counters SEC(".maps");

struct netedit_measure_table {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__uint(key_size, sizeof(__u64));
	__uint(value_size, sizeof(struct netedit_measures));
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_NO_PREALLOC);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__type(key, __u32);
	__uint(max_entries, 2);
	__array(values, struct netedit_measure_table);
} netedit_measures SEC(".maps");

struct netedit_event_table {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(key_size, sizeof(struct netedit_event_key));
	__uint(value_size, sizeof(__u64));
	__uint(max_entries, 1);
	__uint(map_flags, BPF_F_NO_PREALLOC);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__type(key, __u32);
	__uint(max_entries, 2);
	__array(values, struct netedit_event_table);
} netedit_events SEC(".maps");

/* The table in use of a map that grows. */
static __always_inline void *netedit_table(void *tables)
{
	__u32 in_use = 0;

	return bpf_map_lookup_elem(tables, &in_use);
}

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__type(key, int);
	__type(value, struct netedit_connection);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} netedit_sockets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__type(key, int);
	__type(value, struct netedit_listener);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} netedit_listeners SEC(".maps");

#endif
