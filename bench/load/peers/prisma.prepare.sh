# Generates Prisma's client; run in the folder that npm has filled.
set -e
# The schema engine makes migrations, and is fetched from elsewhere than npm's
# registry; queries do without it.
export PRISMA_SCHEMA_ENGINE_BINARY=/bin/true
cat >prisma.config.mjs <<'END'
export default { schema: 'prisma.schema.prisma', datasource: { url: 'postgresql://localhost/bench' } };
END
npx prisma generate --config prisma.config.mjs
npx esbuild generated/client.ts --bundle --platform=node --format=esm --packages=external --outfile=generated/client.mjs
