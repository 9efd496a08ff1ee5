/* SPDX-License-Identifier: GPL-2.0-only */
/* The least program of each hook. A probe loads one of them. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "GPL";

SEC("cgroup/connect4")
int socket_address(struct bpf_sock_addr *context)
{
	return 1;
}

SEC("cgroup/setsockopt")
int socket_option(struct bpf_sockopt *context)
{
	return 1;
}

SEC("cgroup_skb/egress")
int socket_packet(struct __sk_buff *packet)
{
	return 1;
}

SEC("tc")
int traffic(struct __sk_buff *packet)
{
	return 0;
}

SEC("sk_lookup")
int lookup(struct bpf_sk_lookup *context)
{
	return SK_PASS;
}

SEC("tp_btf/tcp_probe")
int tracepoint_btf(void *context)
{
	return 0;
}

SEC("raw_tp/tcp_probe")
int tracepoint_raw(void *context)
{
	return 0;
}

SEC("fentry/tcp_v4_connect")
int function_entry(void *context)
{
	return 0;
}

SEC("kprobe/tcp_v4_connect")
int function_probe(void *context)
{
	return 0;
}

SEC("iter/bpf_map")
int iterator(void *context)
{
	return 0;
}

SEC("perf_event")
int event(void *context)
{
	return 0;
}
