/* SPDX-License-Identifier: GPL-2.0-only */
/* Writes a struct netedit_socket of every open connection of a network namespace: what was done to it, and what it has. */
#include <netedit/iterator.h>
#include <netedit/initiator.h>
#include <netedit/recall.h>

/* Whether this kernel lets an iterator read socket storage (5.11); the verifier removes the call where it does not. */
const volatile __u8 netedit_reads_storage = 1;

/* Before 5.15 a word that is a pointer unless its low bits are set; then, and when it is 0, the root is meant. */
static __always_inline __u64 cgroup_of(struct sock *sk)
{
	struct sock_cgroup_data___before_5_15 *before = (void *)&sk->sk_cgrp_data;
	__u64 value;

	if (bpf_core_field_exists(sk->sk_cgrp_data.cgroup))
		return sk->sk_cgrp_data.cgroup->kn->id;
	if (bpf_core_read(&value, sizeof(value), &before->val) || !value || value & 3)
		return 0;
	return BPF_CORE_READ((struct cgroup *)value, kn, id);
}

static __always_inline void read_ends(struct netedit_socket *record, struct sock_common *skc)
{
	record->local_port = skc->skc_num;
	record->peer_port = bpf_ntohs(skc->skc_dport);
	if (skc->skc_family == AF_INET6) {
		record->flags |= NETEDIT_SOCKET_IPV6;
		record->local[0] = skc->skc_v6_rcv_saddr.in6_u.u6_addr32[0];
		record->local[1] = skc->skc_v6_rcv_saddr.in6_u.u6_addr32[1];
		record->local[2] = skc->skc_v6_rcv_saddr.in6_u.u6_addr32[2];
		record->local[3] = skc->skc_v6_rcv_saddr.in6_u.u6_addr32[3];
		record->peer[0] = skc->skc_v6_daddr.in6_u.u6_addr32[0];
		record->peer[1] = skc->skc_v6_daddr.in6_u.u6_addr32[1];
		record->peer[2] = skc->skc_v6_daddr.in6_u.u6_addr32[2];
		record->peer[3] = skc->skc_v6_daddr.in6_u.u6_addr32[3];
	} else {
		record->local[2] = bpf_htonl(0xffff);
		record->local[3] = skc->skc_rcv_saddr;
		record->peer[2] = bpf_htonl(0xffff);
		record->peer[3] = skc->skc_daddr;
	}
}

static __always_inline void read_socket(struct netedit_socket *record, struct sock *sk)
{
	struct socket_alloc *file = (void *)sk->sk_socket;

	record->network = sk->__sk_common.skc_net.net->ns.inum;
	record->cgroup = cgroup_of(sk);
	if (file)
		record->inode = BPF_CORE_READ(file, vfs_inode.i_ino);
	record->user = sk->sk_uid.val;
	netedit_interface(sk, record->interface);
	record->receive_buffer = sk->sk_rcvbuf;
	record->send_buffer = sk->sk_sndbuf;
	record->pacing_rate = sk->sk_pacing_rate;
	record->max_pacing_rate = sk->sk_max_pacing_rate;
	if (sk->__sk_common.skc_flags & 1ul << bpf_core_enum_value(enum sock_flags, SOCK_KEEPOPEN))
		record->flags |= NETEDIT_SOCKET_KEEPALIVE;
}

static __always_inline void read_tcp(struct netedit_socket *record, struct tcp_sock *tp)
{
	struct inet_connection_sock *icsk = &tp->inet_conn;

	record->cwnd = tp->snd_cwnd;
	record->ssthresh = tp->snd_ssthresh;
	record->cwnd_clamp = tp->snd_cwnd_clamp;
	record->mss = tp->mss_cache;
	record->advertised_mss = tp->advmss;
	record->window_clamp = tp->window_clamp;
	record->rto = icsk->icsk_rto;
	if (bpf_core_field_exists(icsk->icsk_rto_min))
		record->rto_min = icsk->icsk_rto_min;
	if (bpf_core_field_exists(icsk->icsk_rto_max))
		record->rto_max = icsk->icsk_rto_max;
	record->srtt = tp->srtt_us;
	record->notsent_lowat = tp->notsent_lowat;
	record->user_timeout = icsk->icsk_user_timeout;
	record->keepalive_idle = tp->keepalive_time;
	record->keepalive_interval = tp->keepalive_intvl;
	record->keepalive_probes = tp->keepalive_probes;
	record->retransmits = tp->total_retrans;
	record->bytes_sent = tp->bytes_sent;
	record->bytes_retrans = tp->bytes_retrans;
	record->bytes_received = tp->bytes_received;
	record->tos = icsk->icsk_inet.tos;
	if (record->flags & NETEDIT_SOCKET_IPV6)
		record->traffic_class = icsk->icsk_inet.pinet6->tclass;
	bpf_probe_read_kernel(record->algorithm, sizeof(record->algorithm), icsk->icsk_ca_ops->name);
}

/* Of a connection that is being closed the kernel's counts no longer tell: the end of the data counts as a byte, too. */
static __always_inline __u8 direction_of(struct tcp_sock *tp, __u8 state)
{
	int direction = -1;

	switch (state) {
	case NETEDIT_TCP_SYN_SENT:
		return NETEDIT_OUTBOUND;
	case NETEDIT_TCP_SYN_RECV:
		return NETEDIT_INBOUND;
	case NETEDIT_TCP_ESTABLISHED:
	case NETEDIT_TCP_CLOSE_WAIT:
		direction = netedit_initiator(tp);
	}
	return direction < 0 ? NETEDIT_NOBODY : direction;
}

/* What is remembered of a connection, or follows from its mark. */
static __always_inline void read_record(struct netedit_socket *record, struct tcp_sock *tp)
{
	struct netedit_connection *connection = bpf_sk_storage_get(&netedit_sockets, (struct sock *)tp, NULL, 0);
	struct netedit_state *state;
	__u32 zero = 0;

	if (connection) {
		record->connection = *connection;
		record->direction = connection->direction;
		if (!(connection->walk_result & NETEDIT_WALK_VOID))
			record->flags |= NETEDIT_SOCKET_KNOWN;
		return;
	}
	state = bpf_map_lookup_elem(&netedit_state, &zero);
	if (state && netedit_recall(tp, state, &record->connection)) {
		record->direction = record->connection.direction;
		if (record->connection.chain)
			record->flags |= NETEDIT_SOCKET_KNOWN;
	}
}

SEC("iter/tcp")
int netedit_list(struct bpf_iter__tcp *ctx)
{
	struct sock_common *skc = ctx->sk_common;
	struct netedit_socket record;
	struct tcp_sock *tp;

	tp = skc ? (struct tcp_sock *)bpf_skc_to_tcp_sock(skc) : NULL;
	if (!tp)
		return 0;
	skc = (struct sock_common *)tp;
	__builtin_memset(&record, 0, sizeof(record));
	record.state = skc->skc_state;
	if (record.state == NETEDIT_TCP_LISTEN || record.state == NETEDIT_TCP_CLOSE)
		return 0;
	record.direction = direction_of(tp, record.state);
	if (netedit_reads_storage)
		read_record(&record, tp);
	read_ends(&record, skc);
	read_socket(&record, (struct sock *)tp);
	read_tcp(&record, tp);
	bpf_seq_write(ctx->meta->seq, &record, sizeof(record));
	return 0;
}

char _license[] SEC("license") = "GPL";
