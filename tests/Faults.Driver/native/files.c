// SPDX-License-Identifier: Apache-2.0
/*
 * Stands between a thread and the kernel for system calls on files, mounts and netlink sockets, whoever makes them: .NET, libc, libbpf. A seccomp
 * filter has the kernel send SIGSYS in their place; the handler makes the call itself, or fails with an errno in the kernel's place. The filter stays
 * with the thread and with those that it starts, which count as one. Only calls on what the product reads and writes are counted: what the runtime
 * does for itself passes.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#define MOST_FILE_CALLS 16384
#define MOST_WATCHED 16
#define PATH_ROOM 256
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* What a call names its object by. */
enum form { BY_PATH, BELOW, BY_FD, TARGET, NETLINK_NEW, NETLINK, NAMELESS };

static const struct kind {
	int number;
	enum form form;
	const char *name;
} kinds[] = {
#ifdef SYS_open
	{SYS_open, BY_PATH, "open"},
	{SYS_unlink, BY_PATH, "unlink"},
	{SYS_rmdir, BY_PATH, "rmdir"},
	{SYS_mkdir, BY_PATH, "mkdir"},
	{SYS_rename, BY_PATH, "rename"},
	{SYS_readlink, BY_PATH, "readlink"},
	{SYS_access, BY_PATH, "access"},
#endif
	{SYS_openat, BELOW, "open"},
	{SYS_openat2, BELOW, "openat2"},
	{SYS_unlinkat, BELOW, "unlink"},
	{SYS_mkdirat, BELOW, "mkdir"},
	{SYS_renameat2, BELOW, "rename"},
	{SYS_readlinkat, BELOW, "readlink"},
	{SYS_newfstatat, BELOW, "stat"},
	{SYS_statx, BELOW, "stat"},
	{SYS_faccessat, BELOW, "access"},
	{SYS_statfs, BY_PATH, "statfs"},
	{SYS_fstatfs, BY_FD, "statfs"},
	{SYS_fstat, BY_FD, "stat"},
	{SYS_getdents64, BY_FD, "getdents"},
	{SYS_read, BY_FD, "read"},
	{SYS_pread64, BY_FD, "read"},
	{SYS_write, BY_FD, "write"},
	{SYS_pwrite64, BY_FD, "write"},
	{SYS_fsync, BY_FD, "fsync"},
	{SYS_flock, BY_FD, "flock"},
	{SYS_setns, BY_FD, "setns"},
	{SYS_mount, TARGET, "mount"},
	{SYS_memfd_create, NAMELESS, "memfd"},
	{SYS_socket, NETLINK_NEW, "socket"},
	{SYS_sendto, NETLINK, "send"},
	{SYS_sendmsg, NETLINK, "send"},
	{SYS_recvfrom, NETLINK, "recv"},
	{SYS_recvmsg, NETLINK, "recv"},
};

struct file_call {
	const char *name;
	char path[PATH_ROOM];
	char kind[PATH_ROOM]; /* its path without numbers, which differ from run to run */
};

static struct file_call calls[MOST_FILE_CALLS];
static _Atomic int counting;
static _Atomic int count;
static _Atomic int hit;
static _Atomic int turns;
static char fail_name[16];
static char fail_kind[PATH_ROOM];
static int fail_at; /* which call of that name and kind fails; 0 for none */
static int fail_with;
static struct watched {
	char path[PATH_ROOM];
	int below; /* what is below it, too */
} watched[MOST_WATCHED];
static int watched_count;

/* The one place from which the filter lets calls through: it ends behind the instruction that makes them. */
long files_gate(long number, long a, long b, long c, long d, long e, long f);
extern const char files_gate_end[];
#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
__asm__(".text\n.globl files_gate\n.hidden files_gate\n.globl files_gate_end\n.hidden files_gate_end\n.type files_gate,@function\nfiles_gate:\n"
	"mov %rdi,%rax\nmov %rsi,%rdi\nmov %rdx,%rsi\nmov %rcx,%rdx\nmov %r8,%r10\nmov %r9,%r8\nmov 8(%rsp),%r9\nsyscall\nfiles_gate_end:\nret\n");
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
__asm__(".text\n.globl files_gate\n.hidden files_gate\n.globl files_gate_end\n.hidden files_gate_end\n.type files_gate,%function\nfiles_gate:\n"
	"mov x8,x0\nmov x0,x1\nmov x1,x2\nmov x2,x3\nmov x3,x4\nmov x4,x5\nmov x5,x6\nsvc #0\nfiles_gate_end:\nret\n");
#else
#error "no way to make a system call from a known place on this architecture"
#endif

/* What an open file is, as /proc says; how many bytes, or 0. */
static int path_of(long fd, char *path)
{
	char link[40];
	long length;

	snprintf(link, sizeof(link), "/proc/self/fd/%ld", fd);
	length = files_gate(SYS_readlinkat, AT_FDCWD, (long)link, (long)path, PATH_ROOM - 1, 0, 0);
	path[length > 0 ? length : 0] = 0;
	return length > 0 ? (int)length : 0;
}

static int begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* Puts one name for all processes in the place of this one's number. */
static void generalise(char *path)
{
	char self[32];

	snprintf(self, sizeof(self), "/proc/%d/", getpid());
	if (begins(path, self)) {
		memmove(path + 11, path + strlen(self), strlen(path + strlen(self)) + 1);
		memcpy(path, "/proc/self/", 11);
	}
}

/* Whether the product deals with it; what the runtime reads for itself is in none of these places. */
static int is_watched(const char *path)
{
	static const char *const exact[] = {"/", "/sys", "/sys/fs", "/proc", "/proc/self/mountinfo", "/proc/1/mountinfo", "/proc/self/status", "/proc/filesystems", "netlink"};
	static const char *const begun[] = {"/proc/sys/net/", "/proc/self/ns/", "/proc/self/fdinfo/", "/memfd:", "/sys/kernel/btf", "/sys/devices/system/cpu/possible", "anon_inode:bpf"};

	if (strstr(path, "/memory.") || strstr(path, "/cpu."))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(exact); i++)
		if (strcmp(path, exact[i]) == 0)
			return 1;
	for (size_t i = 0; i < ARRAY_SIZE(begun); i++)
		if (begins(path, begun[i]))
			return 1;
	for (int i = 0; i < watched_count; i++) {
		size_t length = strlen(watched[i].path);

		if (begins(path, watched[i].path) && (!path[length] || (watched[i].below && path[length] == '/')))
			return 1;
	}
	return 0;
}

static int describe(const struct kind *kind, long a, long b, char *path)
{
	int domain = 0;
	socklen_t size = sizeof(domain);

	path[0] = 0;
	switch (kind->form) {
	case BY_PATH:
		snprintf(path, PATH_ROOM, "%s", (const char *)a);
		break;
	case TARGET:
		snprintf(path, PATH_ROOM, "%s", (const char *)b);
		break;
	case BELOW:
		if (b && ((const char *)b)[0] == '/') {
			snprintf(path, PATH_ROOM, "%s", (const char *)b);
		} else if ((int)a != AT_FDCWD) {
			int length = path_of((int)a, path);

			if (b && ((const char *)b)[0])
				snprintf(path + length, (size_t)(PATH_ROOM - length), "%s%s", length > 1 ? "/" : "", (const char *)b);
		}
		break;
	case BY_FD:
		path_of((int)a, path);
		break;
	case NAMELESS:
		snprintf(path, PATH_ROOM, "/memfd:");
		break;
	case NETLINK_NEW:
		domain = (int)a;
		snprintf(path, PATH_ROOM, "%s", domain == AF_NETLINK ? "netlink" : "");
		break;
	case NETLINK:
		files_gate(SYS_getsockopt, a, SOL_SOCKET, SO_DOMAIN, (long)&domain, (long)&size, 0);
		snprintf(path, PATH_ROOM, "%s", domain == AF_NETLINK ? "netlink" : "");
		break;
	}
	generalise(path);
	return is_watched(path);
}

static int is_hexadecimal(char letter)
{
	return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
}

/* A path with a sign in the place of each number, and of what is eight hexadecimal digits or more. */
static void find_kind(const char *path, char *kind)
{
	while (*path) {
		size_t digits = strspn(path, "0123456789"), hexadecimal = 0;

		while (is_hexadecimal(path[hexadecimal]))
			hexadecimal++;
		if (hexadecimal >= 8 || digits) {
			*kind++ = '#';
			path += hexadecimal >= 8 ? hexadecimal : digits;
		} else {
			*kind++ = *path++;
		}
	}
	*kind = 0;
}

static long make(long number, long a, long b, long c, long d, long e, long f)
{
	const struct kind *kind = NULL;
	struct file_call call;

	for (size_t i = 0; i < ARRAY_SIZE(kinds) && !kind; i++)
		if (kinds[i].number == number)
			kind = &kinds[i];
	if (kind && atomic_load(&counting) && describe(kind, a, b, call.path)) {
		int index = atomic_fetch_add(&count, 1);

		call.name = kind->name;
		find_kind(call.path, call.kind);
		if (index < MOST_FILE_CALLS)
			calls[index] = call;
		if (fail_at && strcmp(call.name, fail_name) == 0 && strcmp(call.kind, fail_kind) == 0 &&
		    atomic_fetch_add(&turns, 1) + 1 == fail_at) {
			atomic_store(&hit, 1);
			return -fail_with;
		}
	}
	return files_gate(number, a, b, c, d, e, f);
}

static void on_call(int signal, siginfo_t *info, void *context)
{
	mcontext_t *machine = &((ucontext_t *)context)->uc_mcontext;
	int error = errno;

	(void)signal;
#if defined(__x86_64__)
	greg_t *registers = machine->gregs;

	registers[REG_RAX] = make(info->si_syscall, registers[REG_RDI], registers[REG_RSI], registers[REG_RDX], registers[REG_R10], registers[REG_R8], registers[REG_R9]);
#else
	unsigned long long *registers = machine->regs;

	registers[0] = (unsigned long long)make(info->si_syscall, registers[0], registers[1], registers[2], registers[3], registers[4], registers[5]);
#endif
	errno = error;
}

/* For P/Invoke. */

/* Counts calls on a path, and on what is below it where that is asked for. */
void files_watch(const char *path, int below)
{
	if (watched_count < MOST_WATCHED) {
		snprintf(watched[watched_count].path, PATH_ROOM, "%s", path);
		watched[watched_count++].below = below;
	}
}

/* Puts the calling thread, and those that it starts, behind the filter for good. An errno, or 0. */
int files_confine(void)
{
	struct sock_filter filter[8 + ARRAY_SIZE(kinds) + 2];
	struct sock_fprog program = {.filter = filter};
	struct sigaction trap = {.sa_sigaction = on_call, .sa_flags = SA_SIGINFO | SA_NODEFER | SA_RESTART};
	unsigned long end = (unsigned long)files_gate_end;
	unsigned short length = 0;

	if (sigaction(SIGSYS, &trap, NULL) != 0)
		return errno;
	/* Only this architecture's own calls, and not those of the gate. */
	filter[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
	filter[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 0, (unsigned char)(5 + ARRAY_SIZE(kinds)));
	filter[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer));
	filter[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (__u32)end, 0, 2);
	filter[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, instruction_pointer) + 4);
	filter[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (__u32)(end >> 32), (unsigned char)(1 + ARRAY_SIZE(kinds)), 0);
	filter[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		filter[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (__u32)kinds[i].number, (unsigned char)(ARRAY_SIZE(kinds) - i), 0);
	filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	filter[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP);
	program.len = length;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0 ? 0 : errno;
}

/* Counts from now on, and has the nth call of a name and a kind fail; none for 0. */
void files_arm(const char *name, const char *kind, int nth, int error)
{
	snprintf(fail_name, sizeof(fail_name), "%s", name);
	snprintf(fail_kind, sizeof(fail_kind), "%s", kind);
	fail_at = nth;
	fail_with = error;
	atomic_store(&count, 0);
	atomic_store(&turns, 0);
	atomic_store(&hit, 0);
	atomic_store(&counting, 1);
}

/* Stops counting; gives the number of calls. */
int files_disarm(int *reached)
{
	atomic_store(&counting, 0);
	*reached = atomic_load(&hit);
	return atomic_load(&count);
}

const char *files_name(int call)
{
	return calls[call - 1].name;
}

const char *files_path(int call)
{
	return calls[call - 1].path;
}

const char *files_kind(int call)
{
	return calls[call - 1].kind;
}
