/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What shows in the kernel's own types, where trying it would change something: a program is refused, for what it
 * returns, by a kernel whose types do not know the thing.
 */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

#define LOADS 1
#define REFUSED 77 /* cgroup/connect4 may return 0 and 1 */

/* The order among the programs of a cgroup (6.17). */
union bpf_attr___order {
	struct {
		struct {
			__u64 expected_revision;
		} cgroup;
	} link_create;
} __attribute__((preserve_access_index));

/* Links of XDP programs (5.9). */
enum bpf_link_type___xdp {
	BPF_LINK_TYPE_XDP___xdp = 6,
};

SEC("cgroup/connect4")
int cgroup_order(struct bpf_sock_addr *context)
{
	union bpf_attr___order *attributes = NULL;

	return bpf_core_field_exists(attributes->link_create.cgroup.expected_revision) ? LOADS : REFUSED;
}

SEC("cgroup/connect4")
int xdp_link(struct bpf_sock_addr *context)
{
	return bpf_core_enum_value_exists(enum bpf_link_type___xdp, BPF_LINK_TYPE_XDP___xdp) ? LOADS : REFUSED;
}

char _license[] SEC("license") = "GPL";
