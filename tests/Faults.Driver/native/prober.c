// SPDX-License-Identifier: Apache-2.0
/*
 * prober CGROUP FILE [PAUSE-MICROSECONDS]: opens connections, one after the other, in a cgroup and a network namespace of its own, and
 * holds what both ends of each show against what is expected at that moment. FILE is shared with whoever makes the expectations (Prober.cs
 * has the same layout). Ends when told to there, or when the process that started it does.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define EPOCHS 64
#define SAMPLES 16
#define NAME 16

/* What a connection may show: one of two values each; 0 or no name expects nothing. */
struct expectation {
	uint32_t window[2];
	uint32_t clamp[2];
	char control[2][NAME];
};

struct sample {
	uint32_t first, last; /* epochs */
	uint32_t window;
	uint32_t clamp;
	char control[NAME];
	uint32_t end; /* 0 client, 1 server */
	uint32_t padding;
};

struct board {
	_Atomic uint32_t epoch;
	_Atomic uint32_t stop;
	_Atomic uint32_t ready;
	_Atomic uint32_t skipped; /* connections that saw more epochs than are kept */
	_Atomic uint64_t connections;
	_Atomic uint64_t held; /* connections to which something was expected */
	_Atomic uint64_t broken;
	_Atomic uint64_t crossed; /* of the held, those that began and ended in different epochs */
	struct expectation expectations[EPOCHS];
	struct sample samples[SAMPLES];
};

static struct board *board;

static void check(int result, const char *what)
{
	if (result < 0) {
		fprintf(stderr, "prober: %s: %s\n", what, strerror(errno));
		exit(1);
	}
}

static int number_allowed(uint32_t value, const uint32_t *expected)
{
	return expected[0] == 0 || value == expected[0] || value == expected[1];
}

static int control_allowed(const char *value, const char (*expected)[NAME])
{
	return expected[0][0] == 0 || strncmp(value, expected[0], NAME) == 0 || strncmp(value, expected[1], NAME) == 0;
}

/* A connection may show what any of the moments it lived in allows. */
static int holds(const struct sample *sample)
{
	int window = 0, clamp = 0, control = 0;

	for (uint32_t epoch = sample->first; epoch <= sample->last; epoch++) {
		const struct expectation *expectation = &board->expectations[epoch % EPOCHS];

		window |= number_allowed(sample->window, expectation->window);
		clamp |= number_allowed(sample->clamp, expectation->clamp);
		control |= control_allowed(sample->control, expectation->control);
	}
	return window && clamp && control;
}

static int expects_something(uint32_t epoch)
{
	const struct expectation *expectation = &board->expectations[epoch % EPOCHS];

	return expectation->window[0] || expectation->clamp[0] || expectation->control[0][0];
}

static void look(int fd, struct sample *sample)
{
	struct tcp_info info;
	socklen_t length = sizeof(info);
	uint32_t clamp = 0;

	memset(&info, 0, sizeof(info));
	check(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length), "TCP_INFO");
	length = sizeof(clamp);
	check(getsockopt(fd, IPPROTO_TCP, TCP_WINDOW_CLAMP, &clamp, &length), "TCP_WINDOW_CLAMP");
	length = NAME;
	check(getsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, sample->control, &length), "TCP_CONGESTION");
	sample->window = info.tcpi_snd_cwnd;
	sample->clamp = clamp;
}

static int set_up(const char *cgroup, struct sockaddr_in *address)
{
	char path[512];
	struct ifreq interface = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING | IFF_LOOPBACK};
	socklen_t length = sizeof(*address);
	int listener, fd;
	FILE *file;

	snprintf(path, sizeof(path), "%s/cgroup.procs", cgroup);
	file = fopen(path, "w");
	check(file ? 0 : -1, path);
	check(fprintf(file, "%d", getpid()) > 0 && fclose(file) == 0 ? 0 : -1, path);
	check(unshare(CLONE_NEWNET), "a network namespace");
	check(fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "a socket");
	check(ioctl(fd, SIOCSIFFLAGS, &interface), "the loopback interface");
	close(fd);

	check(listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "a socket");
	*address = (struct sockaddr_in){.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	check(bind(listener, (struct sockaddr *)address, sizeof(*address)), "bind");
	check(listen(listener, 64), "listen");
	check(getsockname(listener, (struct sockaddr *)address, &length), "getsockname");
	return listener;
}

int main(int count, char **arguments)
{
	/* A reset at the end: no TIME_WAIT that would use the ports up. */
	struct linger reset = {.l_onoff = 1};
	struct timespec pause = {0, count > 3 ? atol(arguments[3]) * 1000 : 0};
	struct sockaddr_in address;
	int listener, file;
	pid_t parent;

	if (count < 3)
		return 2;
	parent = getppid();
	check(file = open(arguments[2], O_RDWR | O_CLOEXEC), arguments[2]);
	board = mmap(NULL, sizeof(*board), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	check(board == MAP_FAILED ? -1 : 0, "mmap");
	listener = set_up(arguments[1], &address);
	atomic_store(&board->ready, 1);

	while (!atomic_load(&board->stop) && getppid() == parent) {
		struct sample samples[2] = {{.first = atomic_load(&board->epoch)}};
		int client, server;

		check(client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), "a socket");
		check(connect(client, (struct sockaddr *)&address, sizeof(address)), "connect");
		check(server = accept4(listener, NULL, NULL, SOCK_CLOEXEC), "accept");
		look(client, &samples[0]);
		look(server, &samples[1]);
		samples[0].last = atomic_load(&board->epoch);
		samples[1].first = samples[0].first;
		samples[1].last = samples[0].last;
		samples[1].end = 1;
		check(setsockopt(client, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)), "SO_LINGER");
		close(client);
		close(server);

		atomic_fetch_add(&board->connections, 1);
		if (samples[0].last - samples[0].first >= EPOCHS / 2) {
			atomic_fetch_add(&board->skipped, 1);
		} else if (expects_something(samples[0].first) && expects_something(samples[0].last)) {
			atomic_fetch_add(&board->held, 1);
			if (samples[0].first != samples[0].last)
				atomic_fetch_add(&board->crossed, 1);
			for (int end = 0; end < 2; end++) {
				if (!holds(&samples[end])) {
					uint64_t index = atomic_fetch_add(&board->broken, 1);

					if (index < SAMPLES)
						board->samples[index] = samples[end];
				}
			}
		}
		if (pause.tv_nsec)
			nanosleep(&pause, NULL);
	}
	return 0;
}
