/* SPDX-License-Identifier: GPL-2.0-only */
/* The maps that all chains share. The adapter makes and sizes them; what stands here is their shape. */
#ifndef NETEDIT_MAPS_H
#define NETEDIT_MAPS_H

#include <netedit/kernel.h>
#include <netedit/abi.h>

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__type(key, __u32);
	__type(value, struct netedit_state);
	__uint(max_entries, 1);
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

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__type(key, __u32);
	__type(value, struct netedit_recent);
	__uint(max_entries, NETEDIT_RECENT);
} netedit_recent SEC(".maps");

/* A hash without preallocation: an update swaps the whole element, so no reader sees half of a changed profile. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, __u64);
	__type(value, struct netedit_profile);
	__uint(max_entries, 8192); /* twice what a policy set may need: during a change old and new are there */
	__uint(map_flags, BPF_F_NO_PREALLOC);
} netedit_profiles SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_HASH);
	__type(key, __u64);
	__type(value, struct netedit_counters);
	__uint(max_entries, 8192);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} netedit_counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__type(key, struct netedit_event_key);
	__type(value, __u64);
	__uint(max_entries, 4096);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} netedit_events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_SK_STORAGE);
	__type(key, int);
	__type(value, struct netedit_connection);
	__uint(map_flags, BPF_F_NO_PREALLOC);
} netedit_sockets SEC(".maps");

#endif
