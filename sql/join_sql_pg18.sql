-- join_sql() and attach() where periods overlap, and over virtual columns and
-- keys that are not enforced: the rows of related().
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS relgraph;
CREATE SCHEMA join_18;
SET search_path = join_18;
SET datestyle = ISO;

CREATE TABLE rooms (id int4range, valid daterange, label text, PRIMARY KEY (id, valid WITHOUT OVERLAPS));
CREATE TABLE bookings (id int PRIMARY KEY, room_id int4range, valid daterange,
	twice int GENERATED ALWAYS AS (id * 2) VIRTUAL,
	CONSTRAINT booked FOREIGN KEY (room_id, PERIOD valid) REFERENCES rooms (id, PERIOD valid));
CREATE TABLE notes (id int PRIMARY KEY, booking_id int REFERENCES bookings NOT ENFORCED);
INSERT INTO rooms VALUES ('[1,1]', '[2026-01-01,2026-02-01)', 'old'), ('[1,1]', '[2026-02-01,2026-03-01)', 'new'), ('[2,2]', '[2026-01-01,)', 'other');
INSERT INTO bookings VALUES (1, '[1,1]', '[2026-01-30,2026-02-02)'), (2, '[1,1]', '[2026-01-01,2026-01-03)'), (3, '[2,2]', '[2026-05-01,2026-05-02)'), (4, NULL, '[2026-05-01,2026-05-02)');
INSERT INTO notes VALUES (1, 1), (2, 1), (3, 3), (4, 99);

CREATE FUNCTION pairs(statement text) RETURNS text LANGUAGE plpgsql SET search_path = '' AS $$
DECLARE result text; BEGIN
	EXECUTE format('SELECT string_agg(x::text, '' '' ORDER BY x::text) FROM (%s) x', statement) INTO result;
	RETURN result;
END $$;
\pset format unaligned
\pset tuples_only on
SELECT relgraph.join_sql('bookings', 'room');
SELECT relgraph.join_sql('notes', 'booking.room.bookings', 'left');
\pset format aligned
\pset tuples_only off
-- every path: the same rows from related(), the statement, and the accessor
SELECT function, action FROM relgraph.attach(schema => 'join_18');
SELECT path, pairs(relgraph.join_sql(root, path)) = related AS joined, related
FROM (VALUES ('bookings'::regclass, 'room', 'rooms'), ('rooms', 'bookings', 'bookings'), ('notes', 'booking', 'bookings'),
	('bookings', 'notes', 'notes'), ('notes', 'booking.room', 'rooms'), ('rooms', 'bookings.notes', 'notes'),
	('rooms', 'bookings.room', 'rooms')) v (root, path, target),
	pairs(format('SELECT t.* FROM join_18.%s s, relgraph.related(s, %L, NULL::join_18.%s) t', root, path, target)) related
ORDER BY root::text, path;
SELECT b.id, r.label FROM bookings b, room(b) r ORDER BY 1, 2;
SELECT r.label, b.* FROM rooms r, bookings(r) b ORDER BY 1, 2;
SELECT b.id, b.notes FROM bookings b ORDER BY 1, 2;
DROP SCHEMA join_18 CASCADE;
