\set id random(1, :users)
SELECT relgraph.load_row(u, 'profile, posts.comments') FROM users u WHERE u.id = :id;
