/*-------------------------------------------------------------------------
 *
 * backend.c
 *	  What a server process has used, read from /proc on the same machine.
 *
 * CPU time is the scheduler's, in nanoseconds; clock ticks would be too coarse
 * for a point query.  Memory is what only that process has: anonymous pages,
 * resident less shared.  The kernel keeps no high-water mark of those, so a
 * thread reads them all the time while a statement runs.
 *
 *-------------------------------------------------------------------------
 */
#include <pthread.h>
#include <stdio.h>
#include <stdatomic.h>
#include <time.h>
#include <unistd.h>

#include "backend.h"
#include "workload.h"

#define WATCH_INTERVAL_NS 300000

static pthread_t watcher;
static atomic_int watched_pid;
static atomic_long peak_kb;

static double
clock_ms(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1e3 + now.tv_nsec / 1e6;
}

double
wall_ms(void)
{
	return clock_ms(CLOCK_MONOTONIC);
}

double
own_cpu_ms(void)
{
	return clock_ms(CLOCK_PROCESS_CPUTIME_ID);
}

/*
 * Return the CPU time that the process has used since it started.
 */
double
backend_cpu_ms(int pid)
{
	char		path[64];
	FILE	   *file;
	unsigned long long nanoseconds = 0;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", pid);
	file = fopen(path, "r");
	if (file == NULL || fscanf(file, "%llu", &nanoseconds) != 1)
		fail("could not read %s", path);
	fclose(file);
	return nanoseconds / 1e6;
}

long
backend_private_kb(int pid)
{
	char		path[64];
	FILE	   *file;
	long		resident = 0;
	long		shared = 0;

	snprintf(path, sizeof(path), "/proc/%d/statm", pid);
	file = fopen(path, "r");
	if (file == NULL || fscanf(file, "%*d %ld %ld", &resident, &shared) != 2)
		fail("could not read %s", path);
	fclose(file);
	return (resident - shared) * (sysconf(_SC_PAGESIZE) / 1024);
}

static void *
watch(void *unused)
{
	const struct timespec interval = {.tv_nsec = WATCH_INTERVAL_NS};

	while (atomic_load(&watched_pid) != 0)
	{
		long		now = backend_private_kb(atomic_load(&watched_pid));

		if (now > atomic_load(&peak_kb))
			atomic_store(&peak_kb, now);
		nanosleep(&interval, NULL);
	}
	return NULL;
}

/*
 * Start to watch a process, which must live until watched_peak_kb() is called.
 */
void
watch_memory(int pid)
{
	atomic_store(&peak_kb, backend_private_kb(pid));
	atomic_store(&watched_pid, pid);
	if (pthread_create(&watcher, NULL, watch, NULL) != 0)
		fail("could not start a thread");
}

/*
 * Stop, and return the most private memory that was seen.
 */
long
watched_peak_kb(void)
{
	long		last = backend_private_kb(atomic_load(&watched_pid));

	atomic_store(&watched_pid, 0);
	pthread_join(watcher, NULL);
	return last > atomic_load(&peak_kb) ? last : atomic_load(&peak_kb);
}
