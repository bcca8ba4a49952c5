/*-------------------------------------------------------------------------
 *
 * backend.h
 *	  What a server process has used, read from /proc on the same machine.
 *
 *-------------------------------------------------------------------------
 */
#ifndef BACKEND_H
#define BACKEND_H

extern double wall_ms(void);
extern double own_cpu_ms(void);
extern double backend_cpu_ms(int pid);
extern long backend_private_kb(int pid);
extern void watch_memory(int pid);
extern long watched_peak_kb(void);

#endif							/* BACKEND_H */
