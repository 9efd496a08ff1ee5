/* SPDX-License-Identifier: GPL-2.0-only */
/* Can a congestion control be made of programs? Loaded, never registered. */
#include <netedit/kernel.h>
#include <bpf/bpf_tracing.h>

struct tcp_congestion_ops {
	__u32 (*ssthresh)(struct sock *sk);
	void (*cong_avoid)(struct sock *sk, __u32 ack, __u32 acked);
	__u32 (*undo_cwnd)(struct sock *sk);
	void (*init)(struct sock *sk);
	char name[16];
} __attribute__((preserve_access_index));

#ifdef NETEDIT_PROBE_KFUNC
extern __u32 tcp_reno_undo_cwnd(struct sock *sk) __ksym;
#else
#define tcp_reno_undo_cwnd(sk) 2
#endif

#ifdef NETEDIT_PROBE_SETSOCKOPT
SEC("struct_ops/netedit_probe_init")
void BPF_PROG(netedit_probe_init, struct sock *sk)
{
	char reno[] = "reno";

	bpf_setsockopt(sk, SOL_TCP, TCP_CONGESTION, reno, sizeof(reno));
}
#endif

SEC("struct_ops/netedit_probe_ssthresh")
__u32 BPF_PROG(netedit_probe_ssthresh, struct sock *sk)
{
	return 2;
}

SEC("struct_ops/netedit_probe_avoid")
void BPF_PROG(netedit_probe_avoid, struct sock *sk, __u32 ack, __u32 acked)
{
}

SEC("struct_ops/netedit_probe_undo")
__u32 BPF_PROG(netedit_probe_undo, struct sock *sk)
{
	return tcp_reno_undo_cwnd(sk);
}

SEC(".struct_ops")
struct tcp_congestion_ops netedit_probe = {
	.ssthresh = (void *)netedit_probe_ssthresh,
	.cong_avoid = (void *)netedit_probe_avoid,
	.undo_cwnd = (void *)netedit_probe_undo,
#ifdef NETEDIT_PROBE_SETSOCKOPT
	.init = (void *)netedit_probe_init,
#endif
	.name = "netedit_probe",
};

char _license[] SEC("license") = "GPL";
