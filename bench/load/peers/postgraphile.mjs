// packages: postgraphile@^4 graphql@^15 pg
//
// PostGraphile: one GraphQL query, turned into one statement and run in this process, without HTTP.
import fs from 'node:fs';
import graphql from 'graphql';
import pg from 'pg';
import postgraphile from 'postgraphile';
import { measure } from './harness.mjs';

const pool = new pg.Pool({ max: 1 });
const schema = await postgraphile.createPostGraphileSchema(pool, ['public'],
  { simpleCollections: 'only', legacyRelations: 'omit', ignoreIndexes: true, dynamicJson: true });

// Without a plugin it filters by equality only: pages go by offset, several users by aliases.
const user = `id name email country isActive birthday balance bio createdAt lastSeenAt`;
const profile = `profile: profileByUserId { id userId avatar website languages settings heightCm updatedAt }`;
const post = `id authorId title body score rating views isPublished createdAt editedAt`;
const comments = `comments: commentsByPostIdList(orderBy: ID_ASC) { id postId authorId body likes isHidden createdAt }`;
const attachments = `attachments: attachmentsByPostIdList(orderBy: ID_ASC) { id postId fileName mediaType bytes checksum createdAt }`;
const posts = below => `posts: postsByAuthorIdList(orderBy: ID_ASC) { ${post} ${below} }`;
const memberships = `memberships: membershipsByUserIdList(orderBy: TEAM_ID_ASC) {
  role joinedAt team: teamByTeamId { id name motto budget isOpen foundedOn } }`;
const fields = {
  point: `${user} ${profile} ${posts(comments)}`,
  page: `${user} ${profile} ${posts(comments)} ${memberships}`,
  heavy: `${user} ${posts(comments)}`,
  thousand: `${user} ${posts(comments)} ${memberships}`,
  unindexed: `${user} ${posts(attachments)}`,
};

function query(workload, values) {
  if ('first' in values) {
    const page = `first: ${values.last - values.first + 1}, offset: ${values.first - 1}, orderBy: ID_ASC`;
    return `{ all: allUsersList(${page}) { ${fields[workload]} } }`;
  }
  const ids = Array.isArray(values.ids) ? values.ids : [values.ids];
  return `{ ${ids.map(id => `u${id}: userById(id: ${id}) { ${fields[workload]} }`).join('\n')} }`;
}

const version = JSON.parse(fs.readFileSync('node_modules/postgraphile/package.json')).version;
await measure('PostGraphile', version, async (workload, values) => {
  const result = await postgraphile.withPostGraphileContext({ pgPool: pool },
    context => graphql.graphql(schema, query(workload, values), null, { ...context }));
  if (result.errors) throw new Error(result.errors[0].message);
  return Object.values(result.data).flat();
});
await pool.end();
