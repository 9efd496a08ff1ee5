/* SPDX-License-Identifier: GPL-2.0-only */
/* The slots of a chain, each with the digits that end the name of its stage. */
#ifndef NETEDIT_SLOTS_H
#define NETEDIT_SLOTS_H

#define NETEDIT_FOR_EACH_SLOT(X)                                                                                       \
	X(0, 00) X(1, 01) X(2, 02) X(3, 03) X(4, 04) X(5, 05) X(6, 06) X(7, 07)                                        \
	X(8, 08) X(9, 09) X(10, 10) X(11, 11) X(12, 12) X(13, 13) X(14, 14) X(15, 15)

#endif
