\set first random(1, :users - 50)
SELECT relgraph.load('users', 'profile, posts.comments, teams',
                     jsonb_build_object('id', jsonb_build_object('gte', :first::int, 'lt', :first::int + 50)));
