/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel side and the adapter exchange through maps. The adapter mirrors it (src/Adapter/Maps/Abi.cs) and a
 * test compares both with the BTF of the compiled objects.
 */
#ifndef NETEDIT_ABI_H
#define NETEDIT_ABI_H

#include <linux/types.h>

#define NETEDIT_STAGES 16	   /* features in one chain */
#define NETEDIT_PARAMETER_BYTES 32 /* parameters of a feature in a profile */
#define NETEDIT_NAME 32		   /* name of a feature, with its zero */
#define NETEDIT_PATH 512	   /* path of a cgroup, with its zero */
#define NETEDIT_POLICY 64	   /* name of a policy, with its zero */
#define NETEDIT_PORT_PAGE 256	   /* ports in one element of the port map */
#define NETEDIT_SCOPES 16384	   /* scopes of a host */

#define NETEDIT_PAUSES 16	   /* features and policies that may be paused at once */
#define NETEDIT_PAUSE_NAME 80	   /* "policy/" and a name, with its zero */

enum netedit_direction {
	NETEDIT_OUTBOUND = 0, /* the server's port is the remote one */
	NETEDIT_INBOUND = 1,  /* the server's port is the local one */
};

/* Which tuned connections get a struct netedit_connection. */
enum netedit_records {
	NETEDIT_RECORDS_ALL = 0,    /* each; marks say nothing */
	NETEDIT_RECORDS_NEEDED = 1, /* nothing changes: those whose state the rules do not tell; the others get a mark */
	NETEDIT_RECORDS_MADE = 2,   /* each, and a walk makes those of marked connections */
};

/* One element: what the write of one word switches for every chain at once. */
struct netedit_state {
	__u32 generation; /* its lowest bit says which of the two rule tables is in use; later sets of maps begin higher */
	__u8 paused;	  /* the kill switch: not zero means touch nothing */
	__u8 pauses;	  /* how many features and policies are paused */
	__u8 records;	  /* enum netedit_records */
	__u8 times;	  /* counts the changes to NETEDIT_RECORDS_NEEDED */
	__u64 seed; /* random: nobody outside can choose addresses that meet in netedit_recent */
	__u64 paused_ids[NETEDIT_PAUSES];
	char paused_names[NETEDIT_PAUSES][NETEDIT_PAUSE_NAME]; /* for people: "feature/NAME", "policy/NAME" */
	__u8 listeners; /* not zero: what all connections to a port get may be set on its listeners */
	__u8 reserved[7];
};

#define NETEDIT_RECENT 256 /* classifications each CPU remembers */

/*
 * A remembered classification. The check is the key's hash XOR the profile, so an element written by two at once, half
 * and half, matches nothing: no lock is needed.
 */
struct netedit_recent {
	__u64 check;
	__u64 profile;
};

/* Key of the port map: ports of no page have class 0. */
struct netedit_port_key {
	__u32 chain;
	__u32 page; /* port / NETEDIT_PORT_PAGE */
};

struct netedit_port_page {
	__u16 classes[NETEDIT_PORT_PAGE];
};

/* Key of the rule trie. IPv4 peers are kept as ::ffff:a.b.c.d. */
struct netedit_rule_key {
	__u32 prefixlen; /* NETEDIT_RULE_BITS plus the length of the prefix in 128 bits */
	__u32 chain;
	__u16 port_class;
	__u8 direction;
	__u8 origin; /* NETEDIT_ORIGIN */
	__u32 peer[4]; /* network order */
};

/* Where a socket is from: the class of its user in the lower half of a byte, that of its interface in the upper one. */
enum netedit_origin_kind {
	NETEDIT_USER = 0,      /* who made the socket, for an accepted one that of its listener */
	NETEDIT_INTERFACE = 1, /* by which its route leads */
};
#define NETEDIT_ORIGIN(user, interface) ((user) | (interface) << 4)
#define NETEDIT_ORIGIN_BYTES 16 /* IFNAMSIZ */

/* Key of the origin trie; the value is a class, 1 to 15. What it does not hold has class 0. */
struct netedit_origin_key {
	__u32 prefixlen; /* NETEDIT_ORIGIN_BITS and those of the value: 32 of a user, of a name with its zero or before a * */
	__u32 chain;
	__u32 kind;
	__u8 value[NETEDIT_ORIGIN_BYTES]; /* a user's number in network order, or the name of an interface */
};
#define NETEDIT_ORIGIN_BITS 64

#define NETEDIT_RULE_BITS 64
#define NETEDIT_LOOKUP_BITS (NETEDIT_RULE_BITS + 128)

/*
 * Rules of many IPv4 peers are searched by address. A group is what a rule key has beside its peer; its addresses are cut into
 * ranges that its rules treat alike, and buckets of equal size lead to the ranges that begin in them. All are entries of one array:
 *
 *		    id				 first				 count
 *	group	    NETEDIT_GROUP, 0: none	 entry of its first bucket	 its buckets
 *	 and then   of addresses in no bucket	 number of its first bucket	 bits of an address beside the bucket's number
 *	bucket	    of its first address	 entry of the first range that	 ranges that begin behind its
 *						 begins behind that address	 first address
 *	range	    of its addresses		 its first address		 0
 *
 * Two entries a group come first, in one of NETEDIT_GROUP_TRIES places from that by its hash on.
 */
struct netedit_range {
	__u64 id; /* of a profile or a split; 0: no rule */
	__u32 first;
	__u32 count;
};
#define NETEDIT_GROUP(key)                                                                                             \
	((__u64)(key).chain << 32 | (__u32)(key).port_class << 16 | (__u32)(key).direction << 8 | (key).origin)
#define NETEDIT_GROUPS 256
#define NETEDIT_GROUP_TRIES 4
#define NETEDIT_RANGE_STEPS 16 /* of a search: a bucket leads to fewer than 2^16 ranges */

/* The merged parameters of the policies that match one class of connections. */
struct netedit_profile {
	__u32 stages;	/* bit n: the stage in slot n acts */
	__u32 measured; /* not zero: netedit_measures has an entry for it. Here, where each connection looks */
	__u8 parameters[NETEDIT_STAGES][NETEDIT_PARAMETER_BYTES];
	__u64 policies[NETEDIT_STAGES]; /* ids in paused_ids */
};

#define NETEDIT_SPLIT (1ull << 62) /* bit of an id: in the profile's place stands a split */
#define NETEDIT_SPLITS 3	   /* one after the other */
#define NETEDIT_WHOLE 65536	   /* a share of all */

/* Where a policy is for a share of the connections alone: the profile, or the next split, of those and of the others. */
struct netedit_split {
	__u64 arms[2]; /* with the policy, without it */
	__u64 salt;    /* arms of two policies are drawn apart */
	__u32 share;   /* of NETEDIT_WHOLE */
	__u32 reserved;
};

#define NETEDIT_SETTINGS 16 /* on one listener */

/* What every connection to ports of one class gets, in the profile's place under NETEDIT_LISTENER_ID. */
struct netedit_setting {
	__u16 level;
	__u16 name;
	__s32 value;
};

struct netedit_settings {
	__u32 count;
	__u32 reserved;
	struct netedit_setting settings[NETEDIT_SETTINGS];
};

#define NETEDIT_LISTENER (1ull << 61) /* bit of an id that no profile or split has */
#define NETEDIT_LISTENER_ID(chain, port_class) (NETEDIT_LISTENER | (__u64)(chain) << 16 | (port_class))

/* In the storage of a listener: what was set, and what it had before. */
struct netedit_kept_setting {
	__u16 level;
	__u16 name;
	__s32 before;
	__s32 given;
};

struct netedit_listener {
	__u32 count;
	struct netedit_kept_setting kept[NETEDIT_SETTINGS];
};

/* Per profile and CPU: established connections, and those of them that a stage tuned without a refusal. */
struct netedit_counters {
	__u64 tuned[NETEDIT_STAGES];
	__u64 connections;
};

enum netedit_measure {
	NETEDIT_ROUND_TRIP = 0,	   /* smoothed, microseconds */
	NETEDIT_DELIVERY_RATE = 1, /* of the last sample, KiB per second */
	NETEDIT_RETRANSMITTED = 2, /* of a million segments with data */
	NETEDIT_DURATION = 3,	   /* from establishment on, units of 16 microseconds */
};
#define NETEDIT_MEASURES 4
#define NETEDIT_DURATION_SHIFT 4 /* microseconds to NETEDIT_DURATION */

/*
 * Four buckets to each doubling: below 4 a bucket holds one value, then bucket 4 (n - 1) + m holds those from
 * 2^n (1 + m / 4) on; the last one all above.
 */
#define NETEDIT_BUCKETS 112

/* Per profile and CPU: what connections were like when they closed. */
struct netedit_measures {
	__u64 connections;
	__u64 sums[NETEDIT_MEASURES];
	__u64 buckets[NETEDIT_MEASURES][NETEDIT_BUCKETS];
};

enum netedit_event {
	NETEDIT_FAILED = 1,   /* the kernel refused a setting; once per connection and stage */
	NETEDIT_CONFLICT = 2, /* somebody had answered a query otherwise */
};

struct netedit_event_key {
	__u64 profile;
	__u16 slot;
	__u16 event;
	__s32 error; /* errno of NETEDIT_FAILED, positive */
};

/*
 * A record: in the socket's storage where the rules do not tell (mark.h), how the connection was classified, and what was set, to
 * be undone by. Chains of nested scopes and of several versions find each other's claims here, so versions share the
 * storage while its size is the same: new fields come from the reserve.
 */
struct netedit_connection {
	__u64 profile;
	__u64 applied_profile; /* gave the parameters of what is applied */
	__u32 chain;
	__u32 applied_chain; /* whose slots `applied` speaks of */
	__u32 generation;    /* of the rules it was classified by */
	__u16 failed;	     /* bit n: the stage in slot n was refused a setting */
	__u16 applied;	     /* bit n: the stage in slot n made its settings */
	__u8 direction;
	__u8 depth; /* of the scope whose chain handles this connection; 0 when its rules give nothing */
	__u16 walk_kept;      /* while it is walked: what is applied after it; then: what of `applied` has earlier values, */
	__u16 walk_callbacks; /* the callback flags stages want, */
	__u8 walk_result;     /* what came of it, NETEDIT_WALK_*; afterwards, of the last walk that met the socket, */
	__u8 walk_ipv6;	      /* and whether its segments are IPv6 */
	__u8 errors[NETEDIT_STAGES]; /* errno of the first setting that a stage was refused */
	__u64 established; /* nanoseconds since boot; 0: it is not measured */
};

#define NETEDIT_WALK_CHANGED 1
#define NETEDIT_WALK_SKIPPED 2
#define NETEDIT_WALK_FAILED 4

/* These stay in walk_result after the walk. */
#define NETEDIT_WALK_DONE 8	/* a walk met the socket */
#define NETEDIT_WALK_ADOPTED 16 /* nothing was remembered of it then: it had been opened before */
#define NETEDIT_WALK_FORGOT 32	/* a stage that no chain known now has a slot for made its settings */
#define NETEDIT_WALK_VOID 64	/* nothing is known of it: its mark is of an earlier time, or somebody else's */

#define NETEDIT_NO_SLOT 255
#define NETEDIT_ERRNOS 134 /* errors are counted by number; 0: one beyond */

#define NETEDIT_FORMER 8 /* chains that a chain knows the slots of */

/* A chain by whose slots sockets may remember what was applied, and the slot of each of its stages in the chain that has this. */
struct netedit_former {
	__u32 key; /* 0: none */
	__u8 slots[NETEDIT_STAGES]; /* or NETEDIT_NO_SLOT */
};

/*
 * What the live program of chains has of one scope: what it is told before a walk, and tells after it. By the id of the
 * scope's cgroup, in a map of its own.
 */
struct netedit_walk {
	__u32 key;   /* of this program's chain in the scope */
	__u32 chain; /* key of the chain whose rules hold from now on, 0: none. Its own: what is missing is set, too */
	__u32 depth; /* of that chain's scope */
	__u8 on;     /* the walk is for this scope */
	__u8 again;  /* the values of profiles may have changed since the last walk */
	__u8 reserved[2];
	__u8 slots[NETEDIT_STAGES]; /* the slot of each stage in the chain whose rules hold, or NETEDIT_NO_SLOT */
	struct netedit_former former[NETEDIT_FORMER]; /* the chains before this one, the last one first, and those around it */

	/* Sockets, each in one of these: */
	__u64 changed;
	__u64 unchanged;
	__u64 skipped; /* a stage cannot act on it */
	__u64 failed;  /* the kernel refused a setting */

	__u32 tuned[NETEDIT_STAGES];
	__u32 released[NETEDIT_STAGES];
	__u32 errors[NETEDIT_ERRNOS];

	/* What the last complete walk brought about, and the scope; written by the adapter. */
	char rules[NETEDIT_NAME];
	char values[NETEDIT_NAME];
	char scope[NETEDIT_PATH];
};

/* The cgroup that a walk met last, and its scope: neighbours in a walk are often of one cgroup. In the live program's .bss. */
struct netedit_last_cgroup {
	__u64 cgroup;
	__u64 scope;
};

/*
 * What the only entry of an attached program's map netedit_values holds: its parameters, and what the program is, so that
 * the ledger can be read from the kernel alone.
 */
struct netedit_values {
	__u8 parameters[NETEDIT_PARAMETER_BYTES];
	__u32 paused; /* not zero: do nothing */
	__u32 reserved;
	__u64 target_id; /* of the cgroup, interface or network namespace */
	char feature[NETEDIT_NAME];
	char hook[NETEDIT_NAME];
	char digest[NETEDIT_NAME];
	char policy[NETEDIT_POLICY];
	char target[NETEDIT_PATH];
};

/* Read-only data of a chain: what the program is, so that the ledger can be read from the kernel alone. */
struct netedit_chain {
	__u32 key;	  /* 0: it may be attached to many scopes of its depth, and looks in netedit_scopes */
	__u32 operations; /* bit n: some stage acts at sockops operation n */
	__u32 depth;	  /* path segments of the scope; 0 is the whole host */
	__u32 stage_operations[NETEDIT_STAGES];
	__u32 hz; /* jiffies in a second on this host */
	__u64 feature_ids[NETEDIT_STAGES]; /* ids in paused_ids */
	char features[NETEDIT_STAGES][NETEDIT_NAME];
	char scope[NETEDIT_PATH]; /* empty where the key is 0 */
	char digest[NETEDIT_NAME];
	__u64 ledger;  /* which one it belongs to: a hash of the name, so that the program is known without its pins */
	__u64 program; /* hash of the stages and their code */
};

/* A chain of one scope. */
struct netedit_scope_chain {
	__u64 program; /* netedit_chain.program; 0: none */
	__u32 key;     /* of its rules */
	__u32 reserved;
	struct netedit_former former[NETEDIT_FORMER]; /* those before it, the last one first */
};

/* What a scope has of its own, by the id of its cgroup: scopes of the same depth and stages share a program. */
struct netedit_scope {
	struct netedit_scope_chain chains[2]; /* the attached one; until the link is updated, the one before it */
	char path[NETEDIT_PATH];
};

#define NETEDIT_RECENT_SCOPES 64 /* scopes each CPU remembers */

/* A remembered key, and whether the scope is nested. The check is a hash of cgroup and program XOR it, as in struct netedit_recent. */
struct netedit_recent_scope {
	__u64 check;
	__u64 key;
};

#define NETEDIT_ALGORITHM 16  /* TCP_CA_NAME_MAX */
#define NETEDIT_NOBODY 255    /* nothing tells who opened the connection */
#define NETEDIT_SOCKET_KNOWN 1	   /* flags: the socket has a struct netedit_connection */
#define NETEDIT_SOCKET_IPV6 2	   /* it is an IPv6 socket, though its peer may be IPv4 */
#define NETEDIT_SOCKET_KEEPALIVE 4 /* SO_KEEPALIVE is on */

/* One open connection, as the list of them has it: what was done to it, and what its socket has now. */
struct netedit_socket {
	struct netedit_connection connection; /* zero unless NETEDIT_SOCKET_KNOWN */
	__u64 cgroup;			      /* id; 0 where the kernel does not tell, or it is the root */
	__u64 inode;			      /* of the socket's file; 0 when no process holds it any more */
	__u64 pacing_rate;		      /* bytes per second */
	__u64 max_pacing_rate;
	__u64 bytes_sent; /* retransmitted ones included */
	__u64 bytes_retrans;
	__u64 bytes_received;
	__u32 local[4]; /* network order; IPv4 as ::ffff:a.b.c.d */
	__u32 peer[4];
	__u32 network; /* inode of its network namespace */
	__u32 cwnd;    /* segments */
	__u32 ssthresh;
	__u32 cwnd_clamp;
	__u32 mss;	      /* bytes it sends in a segment, */
	__u32 advertised_mss; /* and told its peer to send */
	__u32 receive_buffer; /* bytes, as SO_RCVBUF reads them */
	__u32 send_buffer;
	__u32 window_clamp;
	__u32 rto;     /* jiffies, */
	__u32 rto_min; /* jiffies; 0 where the kernel has no such field, */
	__u32 rto_max; /* as this */
	__u32 srtt;    /* eighths of a microsecond; 0 before the first sample */
	__u32 notsent_lowat;
	__u32 user_timeout;   /* milliseconds; 0: none */
	__u32 keepalive_idle; /* jiffies; 0: the namespace's default, */
	__u32 keepalive_interval; /* as this */
	__u32 retransmits;	  /* segments, ever */
	__u32 user;		  /* who made the socket, as the first user namespace has it */
	__u16 local_port;	  /* host order */
	__u16 peer_port;
	__u8 state; /* enum netedit_tcp_state */
	__u8 direction;
	__u8 flags; /* NETEDIT_SOCKET_* */
	__u8 tos;
	__u8 traffic_class;
	__u8 keepalive_probes; /* 0: the namespace's default */
	__u8 reserved[2];
	char algorithm[NETEDIT_ALGORITHM]; /* congestion control */
	char interface[NETEDIT_ORIGIN_BYTES]; /* empty: its route is not known now */
};

#endif
