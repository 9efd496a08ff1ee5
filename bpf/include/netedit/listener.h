/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An accepted connection begins with what its listener has. What the rules give every connection to a port is therefore
 * set on the listener, once: the SYN-ACK and the first timeout go by it, and a stage that finds it at the connection need
 * not set it. Only while nothing changes and nothing is paused; before that ends, it is taken back.
 */
#ifndef NETEDIT_LISTENER_H
#define NETEDIT_LISTENER_H

#include <netedit/classify.h>
#include <netedit/scope.h>

#define NETEDIT_LISTENER_LEVELS 32 /* of cgroups below a scope; in one that is deeper nothing is set on listeners */

static __always_inline int netedit_may_settle(const struct netedit_state *state)
{
	return state->listeners && state->records == NETEDIT_RECORDS_NEEDED && !state->paused && !state->pauses;
}

/* Whether a cgroup, or one around it, is a scope that is deeper. The connections of such a scope are its own. */
static __always_inline int netedit_is_inside_another(struct cgroup *cgroup, __u32 depth)
{
	__u32 level = BPF_CORE_READ(cgroup, level);

	for (__u32 below = 0; below < NETEDIT_LISTENER_LEVELS && depth + below < level; below++) {
		__u64 id = netedit_ancestor(cgroup, depth + below + 1);

		if (bpf_map_lookup_elem(&netedit_scopes, &id))
			return 1;
	}
	return level > depth + NETEDIT_LISTENER_LEVELS;
}

/* What the rules of a chain give every connection to a port; NULL for nothing. */
static __always_inline const struct netedit_settings *netedit_settings_of(const struct netedit_state *state, __u32 chain,
									  __u16 port)
{
	__u64 id = NETEDIT_LISTENER_ID(chain, netedit_port_class(state->generation & 1, chain, port));
	void *profiles = netedit_table(&netedit_profiles);

	return profiles ? bpf_map_lookup_elem(profiles, &id) : NULL;
}

/* Gives a listener back what it had, but for what the application has set since. `socket` is what the helpers take. */
static __always_inline void netedit_release_listener(void *socket, struct netedit_listener *listener)
{
	for (__u32 i = 0; i < NETEDIT_SETTINGS && i < listener->count; i++) {
		struct netedit_kept_setting *kept = &listener->kept[i];
		__s32 now = 0, before = kept->before;

		if (!bpf_getsockopt(socket, kept->level, kept->name, &now, sizeof(now)) && now == kept->given)
			bpf_setsockopt(socket, kept->level, kept->name, &before, sizeof(before));
	}
	listener->count = 0;
}

/* Sets on a listener what has another value there. What the kernel does not tell the value of is left to each connection. */
static __always_inline void netedit_settle_listener(void *socket, struct netedit_listener *listener,
						    const struct netedit_settings *settings)
{
	listener->count = 0;
	for (__u32 i = 0; i < NETEDIT_SETTINGS && i < settings->count; i++) {
		const struct netedit_setting *setting = &settings->settings[i];
		__u32 count = *(volatile __u32 *)&listener->count; /* of which the verifier knows nothing */
		__s32 now = 0, value = setting->value;

		if (count >= NETEDIT_SETTINGS)
			break;
		if (bpf_getsockopt(socket, setting->level, setting->name, &now, sizeof(now)) || now == value)
			continue;
		if (bpf_setsockopt(socket, setting->level, setting->name, &value, sizeof(value)))
			continue;
		listener->kept[count].level = setting->level;
		listener->kept[count].name = setting->name;
		listener->kept[count].before = now;
		listener->kept[count].given = value;
		listener->count = count + 1;
	}
}

#endif
