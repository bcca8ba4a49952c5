// packages: prisma @prisma/client @prisma/adapter-pg pg esbuild
//
// Prisma's include, through its driver adapter for node-postgres.
import fs from 'node:fs';
import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaClient } from './generated/client.mjs';
import { measure } from './harness.mjs';

const url = `postgresql://${process.env.PGUSER}@localhost:${process.env.PGPORT}/${process.env.PGDATABASE}?host=${encodeURIComponent(process.env.PGHOST)}`;
const prisma = new PrismaClient({ adapter: new PrismaPg({ connectionString: url, max: 1, options: process.env.PGOPTIONS }) });
const byId = { orderBy: { id: 'asc' } };
const below = {
  point: { profile: true, posts: { ...byId, include: { comments: byId } } },
  heavy: { posts: { ...byId, include: { comments: byId } } },
  unindexed: { posts: { ...byId, include: { attachments: byId } } },
};
below.thousand = { ...below.heavy, memberships: { include: { team: true }, orderBy: { team_id: 'asc' } } };
below.page = { ...below.point, memberships: below.thousand.memberships };

const version = JSON.parse(fs.readFileSync('node_modules/@prisma/client/package.json')).version;
await measure('Prisma', version, (workload, values) => prisma.users.findMany({
  where: { id: 'first' in values ? { gte: values.first, lte: values.last }
    : Array.isArray(values.ids) ? { in: values.ids } : values.ids },
  ...byId,
  include: below[workload],
}));
await prisma.$disconnect();
