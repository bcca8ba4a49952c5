\set first random(1, :users - 50)
SELECT row_to_json(x)
FROM (
  SELECT u.*,
    (SELECT row_to_json(pr) FROM profiles pr WHERE pr.user_id = u.id) AS profile,
    array_to_json(ARRAY(
      SELECT x
      FROM (SELECT p.*, array_to_json(ARRAY(SELECT c FROM comments c WHERE c.post_id = p.id ORDER BY c.id)) AS comments
            FROM posts p WHERE p.author_id = u.id) x
      ORDER BY x.id)) AS posts,
    array_to_json(ARRAY(
      SELECT x
      FROM (SELECT t.*, json_build_object('role', m.role, 'joined_at', m.joined_at) AS _through
            FROM memberships m JOIN teams t ON t.id = m.team_id WHERE m.user_id = u.id) x
      ORDER BY x.id)) AS teams
  FROM users u
  WHERE u.id >= :first AND u.id < :first + 50) x
ORDER BY x.id;
