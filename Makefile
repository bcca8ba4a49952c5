# make test     everything there is to test, on a private server
# make demo     a tour of a sample database; DB=NAME tours your own
# make bench    side-by-side benchmarks
#
# These three install what is missing, and need only make to start.  Packagers
# and people who run a server of their own use PGXS as usual:
#
# make && make install && make installcheck PG_CONFIG=/path/to/pg_config

PG_CONFIG ?= pg_config
PGXS := $(wildcard $(shell $(PG_CONFIG) --pgxs 2>/dev/null))
PG_MAJOR := $(shell $(PG_CONFIG) --version 2>/dev/null | sed 's/[^0-9]*\([0-9]*\).*/\1/')

# files(pattern...): those of the source tree, relative to it
top := $(or $(VPATH),.)
files = $(patsubst $(top)/%,%,$(sort $(wildcard $(addprefix $(top)/,$(1)))))

# tests(pattern): the names of those; NAME_pgNN needs major version NN or later
newer := $(shell seq $$(($(PG_MAJOR) + 1)) 40)
tests = $(filter-out $(addprefix %_pg,$(newer)),$(basename $(notdir $(call files,$(1)))))

EXTENSION = relgraph
MODULE_big = relgraph
OBJS := $(patsubst %.c,%.o,$(call files,src/*.c src/load/*.c))
DATA := $(call files,sql/install/relgraph--*.sql)
PG_CPPFLAGS = -I$(srcdir)/src
PG_CFLAGS = -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare
REGRESS := $(call tests,sql/*.sql)
REGRESS_OPTS = --load-extension=relgraph --no-locale --encoding=UTF8
ISOLATION := $(call tests,test/isolation/specs/*.spec)
ISOLATION_OPTS = --load-extension=relgraph --inputdir=$(srcdir)/test/isolation
EXTRA_CLEAN = .built_for results regression.diffs regression.out output_iso

ifneq ($(PGXS),)

include $(PGXS)

# PGXS knows neither which headers an object includes nor which server it was
# built for; a stale object of either kind must not be linked.
$(OBJS) $(OBJS:.o=.bc): $(addprefix $(top)/,$(call files,src/*.h src/load/*.h)) .built_for

.built_for: FORCE
	@echo '$(VERSION) $(bindir) $(CC) $(CFLAGS) $(CPPFLAGS)' | cmp -s - $@ || \
	echo '$(VERSION) $(bindir) $(CC) $(CFLAGS) $(CPPFLAGS)' > $@

ifdef VPATH
$(shell mkdir -p src/load)
endif

else

all install installcheck uninstall clean:
	@echo 'make: $(PG_CONFIG) leads to no PostgreSQL server headers (PGXS).' >&2
	@echo 'Install postgresql-server-dev-NN, or name another PG_CONFIG.' >&2
	@false

endif

test demo bench:
	@$(top)/$@/run

.PHONY: test demo bench FORCE
FORCE:
