-- A JSON text of short lines, in the order of the document.  Strings past
-- sixty characters are cut: this is for reading.
CREATE FUNCTION pg_temp.pretty(doc json, indent text DEFAULT '') RETURNS text
LANGUAGE sql AS $$
  SELECT CASE
    WHEN json_typeof(doc) = 'string' AND length(doc #>> '{}') > 60
      THEN to_json(left(doc #>> '{}', 58) || '…')::text
    WHEN json_typeof(doc) IN ('object', 'array') AND length(doc::text || indent) > 76
      THEN CASE json_typeof(doc)
        WHEN 'object' THEN
          (SELECT '{' || string_agg(E'\n  ' || indent || to_json(key) || ': '
                                    || pg_temp.pretty(value, indent || '  '), ',')
                  || E'\n' || indent || '}'
           FROM json_each(doc))
        ELSE
          (SELECT '[' || string_agg(E'\n  ' || indent
                                    || pg_temp.pretty(value, indent || '  '), ',')
                  || E'\n' || indent || ']'
           FROM json_array_elements(doc) value)
        END
    ELSE doc::text
  END
$$;
