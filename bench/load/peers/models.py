"""The benchmark's tables as SQLAlchemy classes, as a person would write them."""
from sqlalchemy import ForeignKey, Numeric, func, select
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP
from sqlalchemy.orm import DeclarativeBase, Mapped, column_property, mapped_column, relationship
from sqlalchemy.types import REAL, BigInteger, Date, Text, Uuid


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = 'users'
    id: Mapped[int] = mapped_column(primary_key=True)
    name = mapped_column(Text)
    email = mapped_column(Text)
    country = mapped_column(Text)
    is_active: Mapped[bool]
    birthday = mapped_column(Date)
    balance = mapped_column(Numeric(12, 2))
    bio = mapped_column(Text)
    created_at = mapped_column(TIMESTAMP(timezone=True))
    last_seen_at = mapped_column(TIMESTAMP(timezone=True))
    profile: Mapped['Profile'] = relationship(back_populates='user', uselist=False)
    posts: Mapped[list['Post']] = relationship(back_populates='author', order_by='Post.id')
    memberships: Mapped[list['Membership']] = relationship(back_populates='user', order_by='Membership.team_id')


class Profile(Base):
    __tablename__ = 'profiles'
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id = mapped_column(ForeignKey('users.id'))
    avatar = mapped_column(Uuid)
    website = mapped_column(Text)
    languages = mapped_column(ARRAY(Text))
    settings = mapped_column(JSONB)
    height_cm = mapped_column(REAL)
    updated_at = mapped_column(TIMESTAMP(timezone=True))
    user: Mapped['User'] = relationship(back_populates='profile')


class Comment(Base):
    __tablename__ = 'comments'
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id = mapped_column(ForeignKey('posts.id'))
    author_id = mapped_column(ForeignKey('users.id'))
    body = mapped_column(Text)
    likes: Mapped[int]
    is_hidden: Mapped[bool]
    created_at = mapped_column(TIMESTAMP(timezone=True))
    post: Mapped['Post'] = relationship(back_populates='comments')


class Post(Base):
    __tablename__ = 'posts'
    id: Mapped[int] = mapped_column(primary_key=True)
    author_id = mapped_column(ForeignKey('users.id'))
    title = mapped_column(Text)
    body = mapped_column(Text)
    score: Mapped[int]
    rating = mapped_column(Numeric(3, 2))
    views = mapped_column(BigInteger)
    is_published: Mapped[bool]
    created_at = mapped_column(TIMESTAMP(timezone=True))
    edited_at = mapped_column(TIMESTAMP(timezone=True))
    author: Mapped['User'] = relationship(back_populates='posts')
    comments: Mapped[list['Comment']] = relationship(back_populates='post', order_by='Comment.id')
    attachments: Mapped[list['Attachment']] = relationship(order_by='Attachment.id')


Post.comment_count = column_property(
    select(func.count()).select_from(Comment).where(Comment.post_id == Post.id).correlate_except(Comment).scalar_subquery(),
    deferred=True)


class Attachment(Base):
    __tablename__ = 'attachments'
    id: Mapped[int] = mapped_column(primary_key=True)
    post_id = mapped_column(ForeignKey('posts.id'))
    file_name = mapped_column(Text)
    media_type = mapped_column(Text)
    bytes = mapped_column(BigInteger)
    checksum = mapped_column(Uuid)
    created_at = mapped_column(TIMESTAMP(timezone=True))


class Team(Base):
    __tablename__ = 'teams'
    id: Mapped[int] = mapped_column(primary_key=True)
    name = mapped_column(Text)
    motto = mapped_column(Text)
    budget = mapped_column(Numeric(12, 2))
    is_open: Mapped[bool]
    founded_on = mapped_column(Date)


class Membership(Base):
    __tablename__ = 'memberships'
    user_id = mapped_column(ForeignKey('users.id'), primary_key=True)
    team_id = mapped_column(ForeignKey('teams.id'), primary_key=True)
    role = mapped_column(Text)
    joined_at = mapped_column(TIMESTAMP(timezone=True))
    user: Mapped['User'] = relationship(back_populates='memberships')
    team: Mapped['Team'] = relationship()


class Category(Base):
    __tablename__ = 'categories'
    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id = mapped_column(ForeignKey('categories.id'))
    name = mapped_column(Text)
    description = mapped_column(Text)
    position: Mapped[int]
    children: Mapped[list['Category']] = relationship(order_by='Category.id')
