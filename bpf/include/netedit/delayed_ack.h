/* SPDX-License-Identifier: GPL-2.0-only */
/* The TCP option by which one end tells the other how long it may delay an acknowledgement. docs/features/delayed-ack.md */
#ifndef NETEDIT_DELAYED_ACK_H
#define NETEDIT_DELAYED_ACK_H

#include <linux/types.h>

#define NETEDIT_OPTION_KIND 254		 /* experimental (RFC 4727), with an identifier (RFC 6994) */
#define NETEDIT_OPTION_ID 0x4e454454	 /* "NEDT" */
#define NETEDIT_OPTION_SEARCHED 6	 /* bytes up to the end of the identifier */

struct netedit_delayed_ack_option {
	__u8 kind;
	__u8 length;
	__be32 id;
	__be16 delay; /* milliseconds */
} __attribute__((packed));

#endif
