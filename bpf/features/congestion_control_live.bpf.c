/* SPDX-License-Identifier: GPL-2.0-only */
/* The same for open connections, and back to their host's own algorithm. */
#include <netedit/algorithm.h>

struct congestion_control {
	char algorithm[TCP_CA_NAME_MAX];
	char otherwise[TCP_CA_NAME_MAX]; /* empty: the host's own stays */
};

NETEDIT_LIVE_STAGE(struct congestion_control, tp, call, p)
{
	int runs = netedit_runs(tp, p->algorithm) || (p->otherwise[0] && netedit_runs(tp, p->otherwise));

	if (call->release) {
		if (runs)
			netedit_run_host_algorithm(tp, call);
		return;
	}
	call->held = runs;
	/* What differs although it was given, the application chose. */
	if (runs || (call->owned && !call->again))
		return;
	if (netedit_run(tp, call, p->algorithm) == -ENOENT && p->otherwise[0]) {
		call->error = 0;
		netedit_run(tp, call, p->otherwise);
	}
	call->held = !call->error;
}

char _license[] SEC("license") = "GPL";
