"""The posts of some users, the ways an application gets them: SQLAlchemy lazily,
by a join and by a second SELECT, and rows of one statement over the same driver.

Called by run with the number of users and of rounds; prints a table.
"""
import statistics
import sys
import time

from sqlalchemy import ForeignKey, create_engine, select, text
from sqlalchemy.orm import (DeclarativeBase, Mapped, Session, joinedload,
                            lazyload, mapped_column, relationship,
                            selectinload)


class Base(DeclarativeBase):
    """What the mapped classes have in common."""


class User(Base):
    """A user with posts."""
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str]
    posts: Mapped[list["Post"]] = relationship(back_populates="user")


class Post(Base):
    """A post of a user."""
    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    title: Mapped[str]
    user: Mapped[User] = relationship(back_populates="posts")


COLUMNS = "SELECT u.id, u.name, u.email, p.id, p.user_id, p.title "
HAND = COLUMNS + ("FROM users u LEFT JOIN posts p ON p.user_id = u.id "
                  "WHERE u.id <= :n")
RELATED = COLUMNS + ("FROM users u LEFT JOIN LATERAL relgraph.related("
                     "u, 'posts', NULL::posts) p ON true WHERE u.id <= :n")


def objects(option):
    """Return a function that counts the posts of n users as objects."""
    def count(connection, n):
        with Session(connection) as session:
            users = session.scalars(select(User).where(User.id <= n)
                                    .options(option)).unique()
            return sum(len(user.posts) for user in users)
    return count


def rows(statement):
    """Return a function that counts the posts of n users as rows."""
    def count(connection, n):
        found = connection.execute(text(statement), {"n": n}).all()
        return sum(row[3] is not None for row in found)
    return count


WAYS = {
    "rows, hand-written join": rows(HAND),
    "rows, `related()`": rows(RELATED),
    "SQLAlchemy, `joinedload`": objects(joinedload(User.posts)),
    "SQLAlchemy, `selectinload`": objects(selectinload(User.posts)),
    "SQLAlchemy, lazy": objects(lazyload(User.posts)),
}


def main():
    """Time every way in every round, after one that does not count."""
    n, rounds = map(int, sys.argv[1:])
    times = {name: [] for name in WAYS}
    posts = set()
    with create_engine("postgresql+psycopg2://").connect() as connection:
        for number in range(rounds + 1):
            for name, count in WAYS.items():
                start = time.perf_counter()
                posts.add(count(connection, n))
                if number > 0:
                    times[name].append(time.perf_counter() - start)
    if len(posts) != 1:
        sys.exit("the ways found different numbers of posts: %s" % posts)
    print("| | ms | / hand-written |\n|---|---:|---:|")
    hand = statistics.median(times["rows, hand-written join"])
    for name, measured in times.items():
        median = statistics.median(measured)
        print("| %s | %.1f | %.2f |" % (name, median * 1000, median / hand))


if __name__ == "__main__":
    main()
