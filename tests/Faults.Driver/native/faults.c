// SPDX-License-Identifier: Apache-2.0
/*
 * Preloaded, this stands between libbpf and the kernel: libbpf reaches bpf(2) through libc's syscall(), also for the calls
 * it makes by itself. It counts the calls of the thread that armed it, or of a whole process that knows nothing of it, and
 * at one of them fails with an errno in the kernel's place, or ends the process as kill -9 would. Every other system call
 * passes.
 *
 * For a process that knows nothing of it: NETEDIT_FAULT_AT=N with NETEDIT_FAULT_ERRNO=E or NETEDIT_FAULT_KILL=before|after;
 * NETEDIT_FAULT_LOG=FILE gets a line per call, the number of its command.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MOST_CALLS 16384
#define MOST_OBJECTS 65536

enum action { NOTHING, FAIL, KILL_BEFORE, KILL_AFTER };

/* What was made: shared with forked children, so that what a killed one made is known. */
struct object {
	__u32 kind; /* 0 program, 1 map, 2 link */
	__u32 id;
};

static struct shared {
	_Atomic __u32 calls;
	_Atomic __u32 objects;
	_Atomic __u32 fired;
	__u32 commands[MOST_CALLS];
	struct object made[MOST_OBJECTS];
} *shared;

static __thread int armed;	   /* this thread's calls count */
static __thread int tracked;	   /* what this thread makes is recorded */
static __thread int listing;	   /* this thread lists what the host runs */
static __thread long listed = -1;  /* what it has opened for that */
static int everywhere;		   /* the environment armed it: every thread's calls count */
static enum action action;
static __u32 at;
static int with_errno;
static int log_fd = -1;

static long (*real)(long, ...);
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void resolve(void)
{
	const char *text;

	real = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (!real || shared == MAP_FAILED) {
		static const char message[] = "faults: no syscall() behind this one, or no memory\n";

		(void)!write(2, message, sizeof(message) - 1);
		abort();
	}
	if ((text = getenv("NETEDIT_FAULT_LOG")))
		log_fd = open(text, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if ((text = getenv("NETEDIT_FAULT_AT")))
		at = (__u32)strtoul(text, NULL, 10);
	if ((text = getenv("NETEDIT_FAULT_ERRNO"))) {
		action = FAIL;
		with_errno = atoi(text);
	} else if ((text = getenv("NETEDIT_FAULT_KILL"))) {
		action = strcmp(text, "after") == 0 ? KILL_AFTER : KILL_BEFORE;
	}
	everywhere = at != 0 || log_fd >= 0;
}

__attribute__((constructor)) static void start(void)
{
	pthread_once(&once, resolve);
}

static void end_process(void)
{
	kill(getpid(), SIGKILL);
	for (;;)
		pause();
}

/* Records what a call has made, by the kernel's number of it. */
static void record(long command, long fd)
{
	/* The longest of bpf_prog_info, bpf_map_info and bpf_link_info, with room to grow. */
	__u32 info[128] = {0};
	union bpf_attr attr;
	__u32 kind, index;

	switch (command) {
	case BPF_PROG_LOAD:
		kind = 0;
		break;
	case BPF_MAP_CREATE:
		kind = 1;
		break;
	case BPF_LINK_CREATE:
	case BPF_RAW_TRACEPOINT_OPEN:
		kind = 2;
		break;
	default:
		return;
	}
	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = (__u32)fd;
	attr.info.info_len = sizeof(info);
	attr.info.info = (__u64)(unsigned long)info;
	if (real(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr)) != 0)
		return;
	index = atomic_fetch_add(&shared->objects, 1);
	if (index < MOST_OBJECTS)
		shared->made[index] = (struct object){kind, info[1]}; /* type, then id, in all three */
}

/*
 * Whether a call lists what the host runs. How many there are of those is others' doing, the other drivers' for one, so that they
 * cannot be told apart by number: they do not count.
 */
static int lists(long command, const union bpf_attr *attr)
{
	switch (command) {
	case BPF_PROG_GET_NEXT_ID:
	case BPF_LINK_GET_NEXT_ID:
		listing = 1;
		return 1;
	case BPF_PROG_GET_FD_BY_ID:
	case BPF_LINK_GET_FD_BY_ID:
	case BPF_PROG_QUERY:
		return listing;
	case BPF_OBJ_GET_INFO_BY_FD:
		if (listing && (long)attr->info.bpf_fd == listed)
			return 1;
		break;
	}
	listing = 0;
	return 0;
}

static long on_bpf(long command, long attr, long size)
{
	int passes = lists(command, (const union bpf_attr *)attr);
	int counts = (armed || everywhere) && !passes;
	int hit = 0;
	long result;
	int error;

	if (counts) {
		__u32 number = atomic_fetch_add(&shared->calls, 1) + 1;

		if (number <= MOST_CALLS)
			shared->commands[number - 1] = (__u32)command;
		if (log_fd >= 0)
			dprintf(log_fd, "%ld\n", command);
		hit = number == at;
		if (hit)
			atomic_store(&shared->fired, 1);
		if (hit && action == KILL_BEFORE)
			end_process();
		if (hit && action == FAIL) {
			errno = with_errno;
			return -1;
		}
	}
	result = real(SYS_bpf, command, attr, size);
	error = errno;
	if (passes && (command == BPF_PROG_GET_FD_BY_ID || command == BPF_LINK_GET_FD_BY_ID))
		listed = result;
	if (result >= 0 && tracked)
		record(command, result);
	if (hit && action == KILL_AFTER)
		end_process();
	errno = error;
	return result;
}

long syscall(long number, ...)
{
	long a, b, c, d, e, f;
	va_list arguments;

	va_start(arguments, number);
	a = va_arg(arguments, long);
	b = va_arg(arguments, long);
	c = va_arg(arguments, long);
	d = va_arg(arguments, long);
	e = va_arg(arguments, long);
	f = va_arg(arguments, long);
	va_end(arguments);
	if (!real)
		pthread_once(&once, resolve);
	return number == SYS_bpf ? on_bpf(a, b, c) : real(number, a, b, c, d, e, f);
}

/* For P/Invoke. What is armed concerns the calling thread, and a child that it forks. */

void faults_arm(__u32 call, int what, int error)
{
	at = call;
	action = (enum action)what;
	with_errno = error;
	atomic_store(&shared->calls, 0);
	atomic_store(&shared->fired, 0);
	armed = 1;
}

/* Stops counting; gives the number of calls. */
__u32 faults_disarm(void)
{
	armed = 0;
	at = 0;
	return atomic_load(&shared->calls);
}

int faults_fired(void)
{
	return (int)atomic_load(&shared->fired);
}

__u32 faults_command(__u32 call)
{
	return shared->commands[call - 1];
}

/* Records from now on what this thread and its children make; forgets what was recorded. */
void faults_track(void)
{
	tracked = 1;
	atomic_store(&shared->objects, 0);
}

__u32 faults_made(const struct object **made)
{
	*made = shared->made;
	return atomic_load(&shared->objects);
}

/* Whether an object exists, and its name (its type, for a link); room for 32 bytes. */
int faults_exists(__u32 kind, __u32 id, char *name)
{
	static const int by_id[] = {BPF_PROG_GET_FD_BY_ID, BPF_MAP_GET_FD_BY_ID, BPF_LINK_GET_FD_BY_ID};
	__u32 info[128] = {0};
	union bpf_attr attr;
	long fd;

	memset(&attr, 0, sizeof(attr));
	attr.prog_id = id;
	fd = real(SYS_bpf, by_id[kind], &attr, sizeof(attr));
	if (fd < 0)
		return 0;
	memset(&attr, 0, sizeof(attr));
	attr.info.bpf_fd = (__u32)fd;
	attr.info.info_len = sizeof(info);
	attr.info.info = (__u64)(unsigned long)info;
	real(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &attr, sizeof(attr));
	close((int)fd);
	if (kind == 2)
		snprintf(name, 32, "type %u", info[0]);
	else
		snprintf(name, 32, "%.15s", (const char *)info + (kind == 0 ? 64 : 24));
	return 1;
}

/* Waits until everything that runs in an RCU read-side section now has ended: what the kernel frees late, it frees after that. */
void faults_grace(void)
{
	syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

/* The child is this thread alone, with all this process has in memory; it ends when this process does. */
int faults_fork(void)
{
	pid_t parent = getpid();
	pid_t child = fork();

	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
	}
	return child;
}

/* Starts a program with three arguments. .NET's own way would bring threads along, which forks do not bear. */
int faults_spawn(const char *path, const char *first, const char *second, const char *third)
{
	pid_t child = fork();

	if (child == 0) {
		unsetenv("LD_PRELOAD");
		execl(path, path, first, second, third, (char *)NULL);
		_exit(127);
	}
	return child;
}

/* Ends this process at once, also a forked one that .NET still takes for its parent. */
void faults_die(void)
{
	end_process();
}

void faults_exit(int code)
{
	_exit(code);
}

/* Waits for a child: its exit code, 256 + the signal that ended it, or -1 when it had to be killed for taking too long. */
int faults_wait(int child, int milliseconds)
{
	struct timespec pause = {0, 200000};
	int status, waited = 0;

	while (waitpid(child, &status, WNOHANG) == 0) {
		if (waited++ > milliseconds * 5) {
			kill(child, SIGKILL);
			waitpid(child, &status, 0);
			return -1;
		}
		nanosleep(&pause, NULL);
	}
	return WIFSIGNALED(status) ? 256 + WTERMSIG(status) : WEXITSTATUS(status);
}
