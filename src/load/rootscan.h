/*-------------------------------------------------------------------------
 *
 * rootscan.h
 *	  The rows a load starts from: filtered, ordered, read in portions.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELGRAPH_LOAD_ROOTSCAN_H
#define RELGRAPH_LOAD_ROOTSCAN_H

#include "utils/jsonb.h"
#include "utils/snapshot.h"

#include "load/batch.h"
#include "load/filter.h"

/* Which rows; every field may be left zero. */
typedef struct RootOptions
{
	Jsonb	   *filter;
	const char *order_by;
	bool		has_limit;
	bool		has_offset;
	int64		limit;
	int64		offset;
} RootOptions;

typedef struct RootScan RootScan;

extern char *relgraph_root_query(const LoadPlan *plan,
								 const RootOptions *options,
								 QueryParams *params);
extern RootScan *relgraph_start_root_scan(const LoadPlan *plan,
										  const RootOptions *options);
extern Snapshot relgraph_root_snapshot(const RootScan *scan);
extern bool relgraph_scan_roots(RootScan *scan, LoadRows *rows, int32 count);
extern void relgraph_end_root_scan(RootScan *scan);

#endif							/* RELGRAPH_LOAD_ROOTSCAN_H */
