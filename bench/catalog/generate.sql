-- generate.sql
--    Fills an empty database: ten tables of a small application, and around
--    them as many more as are asked for, the same on every machine.
--    psql variables: tables, keys.
--
-- The ten tables are the same in every database, so that a call about one of
-- them costs the same or does not.  The others have names like those people
-- give, in twenty schemas: about one in ten associates two others, one in
-- fourteen is 1:1 with another, one in twenty-five has a key of two columns,
-- and one in twenty references itself.  Few tables are referenced by many:
-- users, organizations, categories and files of the application, then the
-- main table of each subject.

\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET synchronous_commit = off;

CREATE SCHEMA app;

CREATE TABLE app.organizations (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text NOT NULL, slug text NOT NULL UNIQUE, country text, vat_number text,
  phone text, website text, is_active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz);
CREATE TABLE app.users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  organization_id bigint REFERENCES app.organizations,
  manager_id bigint REFERENCES app.users,
  email text NOT NULL UNIQUE, name text NOT NULL, locale text, time_zone text,
  is_active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz);
CREATE TABLE app.profiles (
  user_id bigint PRIMARY KEY REFERENCES app.users ON DELETE CASCADE,
  headline text, biography text, avatar text, website text, birthday date);
CREATE TABLE app.categories (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  parent_id bigint REFERENCES app.categories,
  name text NOT NULL, slug text NOT NULL UNIQUE, position int);
CREATE TABLE app.files (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  owner_id bigint NOT NULL REFERENCES app.users,
  name text NOT NULL, media_type text, size bigint, checksum text,
  created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE app.posts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  author_id bigint NOT NULL REFERENCES app.users ON DELETE CASCADE,
  category_id bigint REFERENCES app.categories ON DELETE SET NULL,
  created_by bigint REFERENCES app.users, updated_by bigint REFERENCES app.users,
  title text NOT NULL, body text, is_published boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now(), updated_at timestamptz);
CREATE INDEX ON app.posts (author_id);
CREATE INDEX ON app.posts (category_id);
CREATE TABLE app.comments (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  post_id bigint NOT NULL REFERENCES app.posts ON DELETE CASCADE,
  author_id bigint NOT NULL REFERENCES app.users,
  parent_id bigint REFERENCES app.comments,
  body text NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX ON app.comments (post_id);
CREATE TABLE app.tags (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE app.post_tags (
  post_id bigint REFERENCES app.posts ON DELETE CASCADE,
  tag_id bigint REFERENCES app.tags ON DELETE CASCADE,
  PRIMARY KEY (post_id, tag_id));
CREATE TABLE app.memberships (
  user_id bigint REFERENCES app.users, organization_id bigint REFERENCES app.organizations,
  role text NOT NULL, joined_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (user_id, organization_id));

-- A number from 0 to n - 1 that depends on nothing but the key.
CREATE FUNCTION pg_temp.pick(key text, n int) RETURNS int
LANGUAGE sql IMMUTABLE AS $$
  SELECT ('x' || substr(md5(key), 1, 7))::bit(28)::int % n
$$;

CREATE FUNCTION pg_temp.plural(word text) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
  RETURN CASE WHEN word ~ '[^aeo]y$' THEN left(word, -1) || 'ies'
              WHEN word ~ '(s|x|ch|sh)$' THEN word || 'es'
              ELSE word || 's' END;
END
$$;

-- What has been made and can be referenced.
CREATE TEMP TABLE made (
  number int PRIMARY KEY, subject int, relation text, word text, key text[]);
CREATE INDEX ON made (subject, number);
INSERT INTO made VALUES
  (1, -1, 'app.organizations', 'organization', '{id}'), (2, -1, 'app.users', 'user', '{id}'),
  (3, -1, 'app.categories', 'category', '{id}'), (4, -1, 'app.files', 'file', '{id}');

-- The table being made.
CREATE TYPE pg_temp.draft AS (columns text[], definitions text[], indexes text[]);

CREATE FUNCTION pg_temp.add_columns(draft pg_temp.draft, VARIADIC added text[]) RETURNS pg_temp.draft
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  definition text;
BEGIN
  FOREACH definition IN ARRAY added LOOP
    CONTINUE WHEN split_part(definition, ' ', 1) = ANY (draft.columns);
    draft.columns := draft.columns || split_part(definition, ' ', 1);
    draft.definitions := draft.definitions || definition;
  END LOOP;
  RETURN draft;
END
$$;

-- Add a reference; where the column is there already, by another name.
CREATE FUNCTION pg_temp.add_reference(draft pg_temp.draft, seed text, target made, name text, extra text DEFAULT '')
RETURNS pg_temp.draft LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  roles constant text[] := ARRAY['previous', 'original', 'source', 'related', 'default', 'primary'];
  actions constant text[] := ARRAY[' ON DELETE CASCADE', ' ON DELETE CASCADE', ' ON DELETE SET NULL',
    ' ON DELETE RESTRICT', '', '', '', ''];
  action text := actions[1 + pg_temp.pick(seed || 'action', 8)];
BEGIN
  IF name = ANY (draft.columns) THEN
    name := roles[1 + pg_temp.pick(seed || 'role', 6)] || '_' || name;
  END IF;
  IF name = ANY (draft.columns) THEN
    RETURN draft;
  END IF;
  IF extra = '' AND action <> ' ON DELETE SET NULL' AND pg_temp.pick(seed || 'null', 10) < 6 THEN
    extra := ' NOT NULL';
  END IF;
  IF cardinality(target.key) = 1 THEN
    draft := pg_temp.add_columns(draft, format('%s bigint%s REFERENCES %s%s%s', name, extra,
      target.relation, action, CASE WHEN pg_temp.pick(seed || 'late', 50) = 0 THEN ' DEFERRABLE' END));
  ELSE
    draft := pg_temp.add_columns(draft, format('%s bigint%s', name, extra));
    IF 'organization_id' <> ALL (draft.columns) THEN
      draft := pg_temp.add_columns(draft, 'organization_id bigint NOT NULL');
    END IF;
    draft.definitions := draft.definitions ||
      format('FOREIGN KEY (organization_id, %s) REFERENCES %s', name, target.relation);
  END IF;
  IF extra <> ' UNIQUE' AND pg_temp.pick(seed || 'index', 10) < 6 THEN
    draft.indexes := draft.indexes || name;
  END IF;
  RETURN draft;
END
$$;

CREATE FUNCTION pg_temp.hub(word text) RETURNS made
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN made FROM made WHERE made.word = hub.word AND subject = -1;
END
$$;

-- Something of a subject, rather what was there early.
CREATE FUNCTION pg_temp.neighbour(seed text, subject int, n int) RETURNS made
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN made FROM made WHERE made.subject = neighbour.subject ORDER BY number
  OFFSET floor(power(pg_temp.pick(seed || 'near', 10000) / 10000.0, 1.7) * n * 0.7) LIMIT 1;
END
$$;

-- Something anywhere before a number, rather what was there early.
CREATE FUNCTION pg_temp.anything(seed text, n int) RETURNS made
LANGUAGE plpgsql STABLE AS $$
BEGIN
  RETURN made FROM made
  WHERE number >= 11 + floor(power(pg_temp.pick(seed || 'far', 10000) / 10000.0, 2) * (n - 11))
  ORDER BY number LIMIT 1;
END
$$;

CREATE PROCEDURE pg_temp.generate(tables int, keys int)
LANGUAGE plpgsql AS $$
DECLARE
  areas constant text[] := ARRAY[
    'sales customer order quote contract lead',
    'billing invoice payment refund subscription account',
    'catalog product brand variant bundle price',
    'warehouse shipment parcel pallet crate stocktake',
    'support ticket complaint escalation survey callback',
    'staff employee position department payslip vacancy',
    'projects project milestone task sprint release',
    'learning course lesson exam student teacher',
    'health patient treatment prescription referral ward',
    'travel booking flight hotel itinerary traveler',
    'property building apartment lease tenant inspection',
    'fleet vehicle driver route trip repair',
    'events conference session speaker venue sponsor',
    'media album track playlist episode channel',
    'finance ledger journal budget asset loan',
    'legal matter filing hearing clause party',
    'factory machine batch recipe component shift',
    'energy meter turbine tariff outage station',
    'science experiment sample protocol instrument paper',
    'library book writer reader shelf reservation'];
  things constant text[] := string_to_array(
    'address alert allocation amendment annotation answer appeal approval archive assignment '
    'attachment attribute audit balance badge bookmark certificate change charge check '
    'comment commission condition contact correction counter credential decision delegate deposit '
    'detail discount dispute document draft entry estimate event exception export '
    'extension fee field flag follower folder forecast goal group image '
    'import incident invitation issue item job label layout letter level '
    'limit line link location log message metric note notification offer '
    'option outcome package penalty period permission phase plan policy preference '
    'promotion property question quota rate rating reason receipt region reminder '
    'report request response result review reward role rule schedule', ' ');
  plain constant text[] := ARRAY['name text NOT NULL', 'description text', 'status varchar(20)',
    'amount numeric(12,2)', 'quantity int', 'starts_on date', 'ends_on date', 'is_active boolean',
    'position int', 'notes varchar(200)', 'metadata jsonb', 'code varchar(30)', 'reference varchar(60)',
    'created_at timestamptz NOT NULL DEFAULT now()', 'updated_at timestamptz', 'valid_until timestamptz'];
  serial constant text := 'id bigint GENERATED BY DEFAULT AS IDENTITY';
  words text[];
  subject int;
  thing int;
  draw int;
  kind text;
  word text;
  name text;
  key text[];
  wanted int;
  draft pg_temp.draft;
  target made;
  other made;
  missing int;
BEGIN
  FOR i IN 11 .. tables LOOP
    -- After a hundred subjects of a hundred tables, other schemas.
    subject := (i - 11) / 100;
    thing := (i - 11) % 100;
    words := string_to_array(areas[1 + subject / 5 % 20], ' ');
    IF subject >= 100 THEN
      words[1] := words[1] || '_' || subject / 100 + 1;
    END IF;
    EXECUTE format('CREATE SCHEMA IF NOT EXISTS %s', words[1]);
    word := words[2 + subject % 5];
    IF thing > 0 THEN
      word := word || '_' || things[thing];
    END IF;
    name := pg_temp.plural(word);
    draw := pg_temp.pick(i || 'kind', 100);
    kind := CASE WHEN thing < 8 THEN 'entity' WHEN draw < 11 THEN 'association'
                 WHEN draw < 19 THEN 'extension' WHEN draw < 23 THEN 'composite' ELSE 'entity' END;
    wanted := (ARRAY[0,1,1,1,2,2,2,2,2,3,3,3,4,7])[1 + pg_temp.pick(i || 'wanted', 14)];
    target := pg_temp.neighbour(i || 'target', subject, thing);
    key := '{id}';
    draft := ('{}', '{}', '{}');

    IF kind = 'association' THEN
      other := pg_temp.anything(i || 'other', i);
      IF other.number = target.number THEN
        other := pg_temp.hub('file');
      END IF;
      name := target.word || '_' || pg_temp.plural(other.word);
      IF to_regclass(words[1] || '.' || name) IS NOT NULL THEN
        name := word || '_' || pg_temp.plural(other.word);
      END IF;
      wanted := 0;
      draw := pg_temp.pick(i || 'payload', 20);
      IF draw < 4 THEN
        draft := pg_temp.add_columns(draft, serial);
      ELSE
        key := ARRAY[target.word || '_id', other.word || '_id'];
      END IF;
      draft := pg_temp.add_reference(draft, i || 'left', target, target.word || '_id');
      draft := pg_temp.add_reference(draft, i || 'right', other, other.word || '_id');
      IF draw < 4 THEN
        draft.definitions := draft.definitions || format('UNIQUE (%s_id, %s_id)', target.word, other.word);
      END IF;
      IF draw % 4 = 0 THEN
        draft := pg_temp.add_columns(draft, VARIADIC plain[3 : 3 + draw / 4]);
      END IF;
    ELSIF kind = 'composite' THEN
      key := '{organization_id,id}';
      draft := pg_temp.add_columns(draft, serial);
      draft := pg_temp.add_reference(draft, i || 'owner', pg_temp.hub('organization'), 'organization_id');
    ELSIF kind = 'extension' AND cardinality(target.key) = 1 AND draw % 2 = 0 THEN
      key := ARRAY[target.word || '_id'];
      draft := pg_temp.add_reference(draft, i || 'base', target, key[1]);
    ELSE
      draft := pg_temp.add_columns(draft, serial);
      IF kind = 'extension' THEN
        draft := pg_temp.add_reference(draft, i || 'base', target, target.word || '_id', ' UNIQUE');
      ELSIF pg_temp.pick(i || 'self', 20) = 0 THEN
        other := ROW(i, subject, words[1] || '.' || name, word, key);
        draft := pg_temp.add_reference(draft, i || 'parent', other, 'parent_id');
      END IF;
    END IF;

    IF wanted > 0 AND pg_temp.pick(i || 'audit', 100) < 8 THEN
      draft := pg_temp.add_reference(draft, i || 'created', pg_temp.hub('user'), 'created_by');
      draft := pg_temp.add_reference(draft, i || 'updated', pg_temp.hub('user'), 'updated_by');
    END IF;
    FOR j IN 1 .. wanted LOOP
      draw := pg_temp.pick(i || 'key' || j, 100);
      IF j = 1 AND thing > 0 THEN
        SELECT * INTO target FROM made WHERE made.subject = (i - 11) / 100 ORDER BY number LIMIT 1;
      ELSIF draw < 4 THEN
        target := pg_temp.hub('user');
      ELSIF draw < 8 THEN
        target := pg_temp.hub((ARRAY['organization', 'organization', 'category', 'file'])[draw - 3]);
      ELSIF draw < 40 THEN
        target := pg_temp.anything(i || 'key' || j, i);
      ELSE
        target := pg_temp.neighbour(i || 'key' || j, subject, thing);
      END IF;
      CONTINUE WHEN target.number IS NULL;
      draft := pg_temp.add_reference(draft, i || 'key' || j, target,
        CASE WHEN target.word = 'user' THEN (ARRAY['user', 'owner', 'assignee', 'reviewer'])[1 + draw % 4]
             ELSE target.word END || '_id');
    END LOOP;

    IF kind <> 'association' THEN
      draft := pg_temp.add_columns(draft, VARIADIC ARRAY(
        SELECT c FROM unnest(plain) c ORDER BY md5(i || c)
        LIMIT greatest(3, 5 + pg_temp.pick(i || 'columns', 6) - wanted / 2)));
    END IF;
    EXECUTE format('CREATE TABLE %s.%s (%s, PRIMARY KEY (%s))', words[1], name,
      array_to_string(draft.definitions, ', '), array_to_string(key, ', '));
    FOREACH word IN ARRAY draft.indexes LOOP
      EXECUTE format('CREATE INDEX ON %s.%s (%s)', words[1], name, word);
    END LOOP;
    IF kind IN ('entity', 'composite') THEN
      INSERT INTO made VALUES (i, subject, words[1] || '.' || name,
        concat_ws('_', words[2 + subject % 5], things[thing]), key);
    END IF;
    -- At commit, the server walks through all relations that it has met.
    IF i % 50 = 0 THEN
      COMMIT;
    END IF;
  END LOOP;

  -- Keys that came later, and may point to tables that came later.
  missing := keys - (SELECT count(*) FROM pg_constraint WHERE contype = 'f');
  FOR i IN 1 .. 2 * missing LOOP
    EXIT WHEN missing = 0;
    target := pg_temp.anything('late target' || i, tables);
    other := pg_temp.anything('late source' || i, tables);
    name := 'other_' || target.word || '_id';
    CONTINUE WHEN cardinality(target.key) > 1 OR target.number IS NULL OR other.number IS NULL OR EXISTS (
      SELECT FROM pg_attribute WHERE attrelid = other.relation::regclass AND attname = name);
    EXECUTE format('ALTER TABLE %s ADD %s bigint REFERENCES %s', other.relation, name, target.relation);
    missing := missing - 1;
    IF missing % 50 = 0 THEN
      COMMIT;
    END IF;
  END LOOP;
END
$$;

CALL pg_temp.generate(:tables, :keys);
DISCARD TEMP;
