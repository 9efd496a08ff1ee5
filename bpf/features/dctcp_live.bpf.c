/* SPDX-License-Identifier: GPL-2.0-only */
/* Moves open connections to our DCTCP where ECN was agreed, and back to their host's own algorithm. */
#include <netedit/algorithm.h>

struct dctcp {
	char algorithm[TCP_CA_NAME_MAX];
};

NETEDIT_LIVE_STAGE(struct dctcp, tp, call, p)
{
	int runs = netedit_runs(tp, p->algorithm);

	if (call->release) {
		if (runs)
			call->held = !netedit_run_host_algorithm(tp, call);
		return;
	}
	call->held = runs;
	if (runs || call->owned)
		return;
	if (!(tp->ecn_flags & NETEDIT_ECN_AGREED)) {
		call->skipped = 1;
		return;
	}
	call->held = !netedit_run(tp, call, p->algorithm);
}

char _license[] SEC("license") = "GPL";
