EXTENSION = relgraph
MODULE_big = relgraph
OBJS = $(patsubst %.c,%.o,$(sort $(wildcard src/*.c src/load/*.c)))
DATA = $(sort $(wildcard sql/install/relgraph--*.sql))
PG_CPPFLAGS = -I$(srcdir)/src
PG_CFLAGS = -Wall -Wextra -Wno-unused-parameter -Wno-sign-compare
PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)
