\set id random(1, :users)
SELECT row_to_json(x)
FROM (
  SELECT u.*,
    (SELECT row_to_json(pr) FROM profiles pr WHERE pr.user_id = u.id) AS profile,
    array_to_json(ARRAY(
      SELECT x
      FROM (SELECT p.*, array_to_json(ARRAY(SELECT c FROM comments c WHERE c.post_id = p.id ORDER BY c.id)) AS comments
            FROM posts p WHERE p.author_id = u.id) x
      ORDER BY x.id)) AS posts
  FROM users u
  WHERE u.id = :id) x;
