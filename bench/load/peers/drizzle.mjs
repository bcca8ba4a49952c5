// packages: drizzle-orm pg
//
// Drizzle's relational queries, over node-postgres.
import fs from 'node:fs';
import { asc, between, eq, inArray, relations } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { bigint, boolean, date, integer, jsonb, numeric, pgTable, primaryKey, real, text, timestamp, uuid } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { measure } from './harness.mjs';

const time = name => timestamp(name, { withTimezone: true });
const schema = {
  users: pgTable('users', {
    id: integer('id').primaryKey(), name: text('name'), email: text('email'), country: text('country'),
    isActive: boolean('is_active'), birthday: date('birthday'), balance: numeric('balance'), bio: text('bio'),
    createdAt: time('created_at'), lastSeenAt: time('last_seen_at'),
  }),
  profiles: pgTable('profiles', {
    id: integer('id').primaryKey(), userId: integer('user_id'), avatar: uuid('avatar'), website: text('website'),
    languages: text('languages').array(), settings: jsonb('settings'), heightCm: real('height_cm'), updatedAt: time('updated_at'),
  }),
  posts: pgTable('posts', {
    id: integer('id').primaryKey(), authorId: integer('author_id'), title: text('title'), body: text('body'),
    score: integer('score'), rating: numeric('rating'), views: bigint('views', { mode: 'number' }),
    isPublished: boolean('is_published'), createdAt: time('created_at'), editedAt: time('edited_at'),
  }),
  comments: pgTable('comments', {
    id: integer('id').primaryKey(), postId: integer('post_id'), authorId: integer('author_id'), body: text('body'),
    likes: integer('likes'), isHidden: boolean('is_hidden'), createdAt: time('created_at'),
  }),
  attachments: pgTable('attachments', {
    id: integer('id').primaryKey(), postId: integer('post_id'), fileName: text('file_name'), mediaType: text('media_type'),
    bytes: bigint('bytes', { mode: 'number' }), checksum: uuid('checksum'), createdAt: time('created_at'),
  }),
  teams: pgTable('teams', {
    id: integer('id').primaryKey(), name: text('name'), motto: text('motto'), budget: numeric('budget'),
    isOpen: boolean('is_open'), foundedOn: date('founded_on'),
  }),
  memberships: pgTable('memberships', {
    userId: integer('user_id'), teamId: integer('team_id'), role: text('role'), joinedAt: time('joined_at'),
  }, table => [primaryKey({ columns: [table.userId, table.teamId] })]),
};
const { users, profiles, posts, comments, attachments, teams, memberships } = schema;

schema.usersRelations = relations(users, ({ one, many }) => ({
  profile: one(profiles, { fields: [users.id], references: [profiles.userId] }),
  posts: many(posts), memberships: many(memberships),
}));
schema.postsRelations = relations(posts, ({ one, many }) => ({
  author: one(users, { fields: [posts.authorId], references: [users.id] }),
  comments: many(comments), attachments: many(attachments),
}));
schema.commentsRelations = relations(comments, ({ one }) => ({
  post: one(posts, { fields: [comments.postId], references: [posts.id] }),
}));
schema.attachmentsRelations = relations(attachments, ({ one }) => ({
  post: one(posts, { fields: [attachments.postId], references: [posts.id] }),
}));
schema.membershipsRelations = relations(memberships, ({ one }) => ({
  user: one(users, { fields: [memberships.userId], references: [users.id] }),
  team: one(teams, { fields: [memberships.teamId], references: [teams.id] }),
}));

const pool = new pg.Pool({ max: 1 });
const db = drizzle(pool, { schema });
const below = {
  point: { profile: true, posts: { orderBy: asc(posts.id), with: { comments: { orderBy: asc(comments.id) } } } },
  heavy: { posts: { orderBy: asc(posts.id), with: { comments: { orderBy: asc(comments.id) } } } },
  unindexed: { posts: { orderBy: asc(posts.id), with: { attachments: { orderBy: asc(attachments.id) } } } },
};
below.thousand = { ...below.heavy, memberships: { with: { team: true }, orderBy: asc(memberships.teamId) } };
below.page = { ...below.point, memberships: below.thousand.memberships };

const version = JSON.parse(fs.readFileSync('node_modules/drizzle-orm/package.json')).version;
await measure('Drizzle', version, (workload, values) => db.query.users.findMany({
  where: 'first' in values ? between(users.id, values.first, values.last)
    : Array.isArray(values.ids) ? inArray(users.id, values.ids) : eq(users.id, values.ids),
  orderBy: asc(users.id),
  with: below[workload],
}));
await pool.end();
