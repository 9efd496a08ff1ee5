/* SPDX-License-Identifier: GPL-2.0-only */
/* The same for open connections, and back to their host's own algorithm. */
#include <netedit/algorithm.h>

struct congestion_control {
	char algorithm[TCP_CA_NAME_MAX];
	char otherwise[TCP_CA_NAME_MAX]; /* empty: the host's own stays */
};

NETEDIT_LIVE_STAGE(struct congestion_control, tp, call, p)
{
	int runs_other = p->otherwise[0] && netedit_runs(tp, p->otherwise);

	call->held = netedit_runs(tp, p->algorithm);
	if (call->release) {
		if (call->held || runs_other)
			netedit_run_host_algorithm(tp, call);
		return;
	}
	if (call->held)
		return;
	if (call->owned && !call->again) {
		call->held = runs_other; /* anything else the application chose */
		return;
	}
	if (netedit_run(tp, call, p->algorithm) == -ENOENT && p->otherwise[0]) {
		call->error = 0;
		if (!runs_other)
			netedit_run(tp, call, p->otherwise);
	}
	call->held = !call->error;
}

char _license[] SEC("license") = "GPL";
