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
	found = bpf_map_lookup_elem(rules, &key);
	id = found ? *found : 0;
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
