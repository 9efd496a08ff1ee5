/* SPDX-License-Identifier: GPL-2.0-only */
/* What of a profile is in force in a program of chains. */
#ifndef NETEDIT_PAUSES_H
#define NETEDIT_PAUSES_H

#include <netedit/maps.h>
#include <netedit/slots.h>

extern const volatile struct netedit_chain netedit_chain; /* each program defines it */

/* 1 when both are the same, else 0. */
static __always_inline __u64 netedit_equal(__u64 one, __u64 other)
{
	__u64 difference = one ^ other;

	return 1 ^ ((difference | -difference) >> 63);
}

/*
 * Those of a profile's stages that are not paused, by feature or by policy. Called only while something is, so what it
 * looks up again costs nothing otherwise. It is global, and takes a number (before 5.12 nothing else is allowed): the
 * verifier looks at it once, and not once for each way that leads here.
 */
__noinline __u64 netedit_stages_not_paused(__u64 id_of_profile)
{
	void *profiles = netedit_table(&netedit_profiles);
	struct netedit_profile *profile;
	struct netedit_state *state;
	__u64 paused = 0;
	__u32 zero = 0;
	int index;

	if (!profiles)
		return 0;
	profile = bpf_map_lookup_elem(profiles, &id_of_profile);
	state = bpf_map_lookup_elem(&netedit_state, &zero);
	if (!state || !profile)
		return 0;
	/* Unused ids are 0, which is nobody's. No branches: the verifier would follow each of them in every combination. */
	for (index = 0; index < NETEDIT_PAUSES; index++) {
		__u64 id = state->paused_ids[index];

#define PAUSE(slot, digits)                                                                                            \
	if (netedit_chain.stage_operations[slot])                                                                      \
		paused |= (netedit_equal(netedit_chain.feature_ids[slot], id) | netedit_equal(profile->policies[slot], id)) << slot;
		NETEDIT_FOR_EACH_SLOT(PAUSE)
	}
	return profile->stages & ~paused;
}

#endif
