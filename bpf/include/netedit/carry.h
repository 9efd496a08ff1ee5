/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is remembered of a connection by the slots of one chain, in the slots of another. A word holds two sets of slots: in its
 * lower half what was applied, in its upper half what of it has the values of an earlier profile.
 */
#ifndef NETEDIT_CARRY_H
#define NETEDIT_CARRY_H

#include <netedit/kernel.h>
#include <netedit/abi.h>
#include <netedit/slots.h>

#define NETEDIT_BOTH_HALVES 0x10001u

/* Moves one slot in both halves; without branches, which the verifier would follow in every combination. */
#define NETEDIT_MOVE(slots, slot)                                                                                      \
	moved |= (bits >> (slot) & NETEDIT_BOTH_HALVES) * (((__u32)((slots)[slot] >> 4) - 1) >> 31)                    \
		 << ((slots)[slot] & 15)

/* Bits of this chain's slots, as bits of the slots of the chain that handles its sockets from now on. Global, as the next. */
__noinline __u32 netedit_moved(const struct netedit_walk *walk, __u32 bits)
{
	__u32 moved = 0;

	if (!walk)
		return 0;
#define NETEDIT_MOVE_ON(slot, digits) NETEDIT_MOVE(walk->slots, slot);
	NETEDIT_FOR_EACH_SLOT(NETEDIT_MOVE_ON)
	return moved;
}

/* Bits of another chain's slots, as bits of this one's; none when that one is not known. */
__noinline __u32 netedit_carried(const struct netedit_walk *walk, __u32 chain, __u32 bits)
{
	__u32 moved = 0;
	int index;

	if (!walk)
		return 0;
	for (index = 0; index < NETEDIT_FORMER; index++) {
		if (chain && walk->former[index].key == chain) {
#define NETEDIT_CARRY(slot, digits) NETEDIT_MOVE(walk->former[index].slots, slot);
			NETEDIT_FOR_EACH_SLOT(NETEDIT_CARRY)
			break;
		}
	}
	return moved;
}

/* How many slots are in the lower half. */
static __always_inline __u32 netedit_bits(__u32 word)
{
	return __builtin_popcount(word & 0xffff);
}

#endif
