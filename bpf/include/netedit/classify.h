/* SPDX-License-Identifier: GPL-2.0-only */
/* Which profile a connection gets: as every program reads it. */
#ifndef NETEDIT_CLASSIFY_H
#define NETEDIT_CLASSIFY_H

#include <netedit/maps.h>
#include <netedit/origin.h>

static __always_inline __u16 netedit_port_class(__u32 table, __u32 chain, __u16 port)
{
	struct netedit_port_key key = { .chain = chain, .page = port / NETEDIT_PORT_PAGE };
	struct netedit_port_page *page;
	void *ports;

	ports = bpf_map_lookup_elem(&netedit_ports, &table);
	if (!ports)
		return 0;
	page = bpf_map_lookup_elem(ports, &key);
	return page ? page->classes[port % NETEDIT_PORT_PAGE] : 0;
}

/* NETEDIT_ORIGIN of a socket for a chain. */
static __always_inline __u8 netedit_origin(struct sock *sk, __u32 chain, __u32 table)
{
	struct netedit_origin_key key = { .prefixlen = NETEDIT_ORIGIN_BITS + 32, .chain = chain, .kind = NETEDIT_USER };
	void *origins = bpf_map_lookup_elem(&netedit_origins, &table);
	__u32 *user, *interface;

	if (!origins || !sk)
		return 0;
	*(__u32 *)key.value = bpf_htonl(sk->sk_uid.val);
	user = bpf_map_lookup_elem(origins, &key);
	key.prefixlen = NETEDIT_ORIGIN_BITS + 8 * NETEDIT_ORIGIN_BYTES;
	key.kind = NETEDIT_INTERFACE;
	*(__u32 *)key.value = 0;
	netedit_interface(sk, key.value);
	interface = bpf_map_lookup_elem(origins, &key);
	return NETEDIT_ORIGIN(user ? *user & 15 : 0, interface ? (*interface & 15) : 0);
}

static __always_inline __u64 netedit_mix(__u64 hash, __u64 word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15ull; /* 2^64 divided by the golden ratio */
	return hash ^ (hash >> 32);
}

#define NETEDIT_UNSEARCHED (~0ull) /* no id: the trie tells */

/*
 * The id that a group of rules gives an IPv4 address (host order), where the group has ranges: what a lookup of the longest prefix
 * would find. It is global, so the verifier follows it once. No branch depends on what is compared: it would follow both.
 */
__noinline __u64 netedit_search(__u64 group, __u32 address, __u32 table)
{
	__u32 at = table, step, first, count;
	const struct netedit_range *found = NULL, *range;
	__u64 id, behind;
	void *ranges;

	ranges = bpf_map_lookup_elem(&netedit_ranges, &at);
	if (!ranges)
		return NETEDIT_UNSEARCHED;
	at = 2 * (netedit_mix(0, group) >> 56);
	for (step = 0; step < NETEDIT_GROUP_TRIES; step++) {
		found = bpf_map_lookup_elem(ranges, &at);
		if (!found || !found->id)
			return NETEDIT_UNSEARCHED;
		if (found->id == group)
			break;
		found = NULL;
		at = (at + 2) % (2 * NETEDIT_GROUPS);
	}
	at++;
	range = found ? bpf_map_lookup_elem(ranges, &at) : NULL;
	if (!range)
		return NETEDIT_UNSEARCHED;
	at = (address >> (range->count & 31)) - range->first; /* before the first bucket it wraps around */
	if (at >= found->count)
		return range->id;
	at += found->first;
	range = bpf_map_lookup_elem(ranges, &at);
	if (!range)
		return NETEDIT_UNSEARCHED;
	id = range->id;
	first = range->first;
	count = range->count;
	for (step = 0; step < NETEDIT_RANGE_STEPS && count; step++) {
		at = first + count / 2;
		range = bpf_map_lookup_elem(ranges, &at);
		if (!range)
			return NETEDIT_UNSEARCHED;
		behind = ((__u64)address - range->first) >> 63; /* 1: the range begins behind the address */
		behind--;
		barrier_var(behind);
		id = (range->id & behind) | (id & ~behind);
		first += (count / 2 + 1) & behind;
		count = ((count - count / 2 - 1) & behind) | (count / 2 & ~behind);
	}
	return id;
}

/* The same by a key. Read from where the trie finds it: programs of open connections have no room on the stack for a copy. */
static __always_inline __u64 netedit_search_peer(const struct netedit_rule_key *key, __u32 table)
{
	barrier_var(key);
	if (key->peer[0] || key->peer[1] || key->peer[2] != bpf_htonl(0xffff))
		return NETEDIT_UNSEARCHED;
	return netedit_search(NETEDIT_GROUP(*key), bpf_ntohl(key->peer[3]), table);
}

/*
 * The id of the profile for a connection, or 0. The key has all but the class of the server's port. Looked up in the
 * rules once; a request socket has no storage to remember it in, and the next connection often goes the same way, so
 * each CPU remembers its last classifications.
 */
static __always_inline __u64 netedit_classify(struct netedit_rule_key key, __u16 port,
					      const struct netedit_state *state, __u32 generation)
{
	__u32 table = generation & 1, slot;
	struct netedit_recent *recent;
	__u64 hash, *found, id;
	void *rules;

	hash = netedit_mix(state->seed ^ generation, (__u64)key.peer[0] << 32 | key.peer[1]);
	hash = netedit_mix(hash, (__u64)key.peer[2] << 32 | key.peer[3]);
	hash = netedit_mix(hash, (__u64)key.chain << 32 | (__u32)port << 16 | (__u32)key.origin << 8 | key.direction);
	slot = hash % NETEDIT_RECENT;
	recent = bpf_map_lookup_elem(&netedit_recent, &slot);
	if (recent) {
		id = recent->profile;
		if ((recent->check ^ id) == hash)
			return id;
	}

	rules = bpf_map_lookup_elem(&netedit_rules, &table);
	if (!rules)
		return 0;
	key.port_class = netedit_port_class(table, key.chain, port);
	id = netedit_search_peer(&key, table);
	if (id == NETEDIT_UNSEARCHED) {
		found = bpf_map_lookup_elem(rules, &key);
		id = found ? *found : 0;
	}
	if (recent) {
		recent->profile = id;
		recent->check = hash ^ id;
	}
	return id;
}

/*
 * The profile of a connection that policies are for a share of. Drawn from the connection's addresses and ports, so that its
 * request socket, which has no storage, and every program of the scope draw the same. It is global, as the one below.
 */
__noinline __u64 netedit_arm(__u64 id, __u64 connection)
{
	void *profiles = netedit_table(&netedit_profiles);
	const struct netedit_split *split;
	int level;

	if (!profiles)
		return 0;
	for (level = 0; level < NETEDIT_SPLITS && (id & NETEDIT_SPLIT); level++) {
		split = bpf_map_lookup_elem(profiles, &id);
		if (!split)
			return 0;
		if (netedit_mix(connection, split->salt) >> 48 < split->share)
			id = split->arms[0];
		else
			id = split->arms[1];
	}
	return id & NETEDIT_SPLIT ? 0 : id;
}

/* What netedit_arm draws from. */
static __always_inline __u64 netedit_draw(const struct netedit_rule_key *key, __u16 local_port, __u16 remote_port, __u64 seed)
{
	__u64 hash = netedit_mix(seed, (__u64)key->peer[0] << 32 | key->peer[1]);

	hash = netedit_mix(hash, (__u64)key->peer[2] << 32 | key->peer[3]);
	return netedit_mix(hash, (__u64)local_port << 16 | remote_port);
}

#endif
