"""Alembic: nothing to migrate when a word is added, and the way out of a native ENUM.

The revision is the how-to's own: it is taken from the page and run on PostgreSQL.
"""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import URL, Column, Engine, Integer, MetaData, Table, create_engine, select, text

from session_lifecycle import SessionTerminationReason
from session_lifecycle.integrations import sqlalchemy as edge
from session_lifecycle.integrations.sqlalchemy import (
    SessionColumns,
    SessionTerminationReasonType,
    raw_value,
    render_item,
)
from session_lifecycle.integrations.sqlalchemy._types import _WordType

ROOT = Path(__file__).parent.parent.parent.parent
HOW_TO = ROOT / "docs" / "how-to" / "migrate-a-native-enum.md"
Reason = SessionTerminationReason

# The enum of a later version: one member more, and longer than any before it.
NEW = "callee_moved_away_and_left_no_forwarding_address_behind_her_door"
Grown = StrEnum("Grown", {**{r.name: r.value for r in Reason}, NEW.upper(): NEW})  # type: ignore[misc]


class GrownReasonType(_WordType[Any]):
    """The type as a later version has it."""

    cache_ok = True
    _words = Grown
    _by_text = {word.value: word for word in Grown}  # noqa: RUF012


def table_of(kind: Any) -> Table:
    return Table(
        "calls", MetaData(), Column("id", Integer, primary_key=True), Column("reason", kind)
    )


def differences(engine: Engine, table: Table) -> list[Any]:
    with engine.connect() as connection:
        found: list[Any] = compare_metadata(MigrationContext.configure(connection), table.metadata)
    return found


# --- (b) a member is added -----------------------------------------------------------------------


def test_a_new_word_may_be_as_long_as_a_word_may_be() -> None:
    """64 characters is the longest a value may ever be."""
    assert len(NEW) == 64
    assert len(Grown) == 47


def test_no_difference_after_a_member_is_added(engine: Engine) -> None:
    """Alembic `compare_metadata` finds no difference after a member is added to the enum"""
    before = table_of(SessionTerminationReasonType)
    before.create(engine)
    assert differences(engine, before) == []
    assert differences(engine, table_of(GrownReasonType)) == []


def test_compare_metadata_does_look(engine: Engine) -> None:
    """The control: a longer column is a difference. So is SQLAlchemy's own `Enum` when it grows,
    unless it is native: then the missing value goes unnoticed."""
    table_of(SessionTerminationReasonType).create(engine)
    ((change, *_),) = differences(engine, table_of(SessionTerminationReasonType(80)))
    assert change[0] == "modify_type"
    table_of(SessionTerminationReasonType).drop(engine)
    table_of(sa.Enum(Reason, native_enum=False)).create(engine)
    ((change, *_),) = differences(engine, table_of(sa.Enum(Grown, native_enum=False)))
    assert change[0] == "modify_type"


def test_a_native_enum_grows_unnoticed(postgres_url: URL) -> None:
    engine = create_engine(postgres_url)
    table_of(sa.Enum(Reason, name="reason")).create(engine)
    grown = table_of(sa.Enum(Grown, name="reason"))
    assert differences(engine, grown) == []
    with (
        pytest.raises(sa.exc.DBAPIError, match="invalid input value for enum"),
        engine.begin() as c,
    ):
        c.execute(grown.insert().values(reason=Grown(NEW)))
    engine.dispose()


def test_old_readers_read_the_new_value_as_unknown(database: Any) -> None:
    """old readers read the new value as UNKNOWN; new ones read it, and nothing was migrated"""
    old, new = table_of(SessionTerminationReasonType), table_of(GrownReasonType)
    database.begin(old.create)
    database.begin(lambda c: c.execute(new.insert(), [{"id": 1, "reason": Grown(NEW)}]) and None)
    assert database.begin(lambda c: c.scalar(select(old.c.reason))) is Reason.UNKNOWN
    assert database.begin(lambda c: c.scalar(select(raw_value(old.c.reason)))) == NEW
    assert database.begin(lambda c: c.scalar(select(new.c.reason))) is Grown(NEW)


# --- what autogenerate writes --------------------------------------------------------------------


def everything() -> MetaData:
    class Base(sa.orm.DeclarativeBase):
        pass

    class Calls(SessionColumns, Base):
        __tablename__ = "calls"
        id: sa.orm.Mapped[int] = sa.orm.mapped_column(primary_key=True)

    for name in edge.__all__:
        kind = getattr(edge, name)
        if isinstance(kind, type) and issubclass(kind, sa.types.TypeDecorator):
            Calls.__table__.append_column(Column(f"a_{name}", kind))  # type: ignore[attr-defined]
    return Base.metadata


def test_a_revision_needs_no_import_of_ours(engine: Engine) -> None:
    """Alembic renders the type without importing it: `render_item` renders what the database sees;
    run, the revision makes the table that the metadata describe."""
    metadata = everything()
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": metadata})
        script = produce_migrations(context, metadata)
    assert script.upgrade_ops is not None
    code = render_python_code(script.upgrade_ops, render_item=render_item)
    assert "session_lifecycle" not in code
    assert code.count("sa.String(length=64)") == 9
    assert code.count("sa.DateTime(timezone=True)") == 5
    with engine.begin() as connection:
        context = MigrationContext.configure(connection, opts={"target_metadata": metadata})
        with Operations.context(context) as op:
            exec(f"if True:\n    {code}", {"sa": sa, "op": op})
        assert compare_metadata(context, metadata) == []
    without = render_python_code(script.upgrade_ops)
    assert "session_lifecycle.integrations.sqlalchemy.SessionStatusType(length=64)" in without
    assert "import" not in without  # Which would be a NameError, were it run.


def test_render_item_leaves_the_rest_to_alembic() -> None:
    assert render_item("type", sa.String(64), None) is False
    assert render_item("column", SessionTerminationReasonType(), None) is False
    assert render_item("type", SessionTerminationReasonType(80), None) == "sa.String(length=80)"


# --- (e) from a native ENUM ----------------------------------------------------------------------

ENV = """
from alembic import context
from sqlalchemy import engine_from_config
engine = engine_from_config(context.config.get_section("alembic"))
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
"""

FIRST = """
revision, down_revision = "0001", None
import sqlalchemy as sa
from alembic import op
def upgrade():
    names = ("RESOLVED", "PARTICIPANT_LEFT", "ERROR", "UNKNOWN")
    op.create_table(
        "sessions",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("termination_reason", sa.Enum(*names, name="terminationreason"),
                  server_default="UNKNOWN", index=True),
    )
def downgrade():
    op.drop_table("sessions")
"""


@pytest.fixture
def alembic(postgres_url: URL, tmp_path: Path) -> Config:
    """A project whose first revision made a native ENUM, and whose second is the how-to's."""
    versions = tmp_path / "alembic" / "versions"
    versions.mkdir(parents=True)
    (versions.parent / "env.py").write_text(ENV)
    (versions / "first.py").write_text(FIRST)
    page = HOW_TO.read_text(encoding="utf-8")
    (program,) = re.findall(r"^```python\n(# native_enum_to_text\.py\n.*?)^```$", page, re.M | re.S)
    (versions / "native_enum_to_text.py").write_text(program)
    config = Config()
    config.set_main_option("script_location", str(versions.parent))
    config.set_main_option("path_separator", "os")
    url = postgres_url.render_as_string(hide_password=False)
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config


def test_the_how_tos_revision(alembic: Config, postgres_url: URL) -> None:
    """an Alembic upgrade from a native ENUM column, as a how-to that is run by a test"""
    command.upgrade(alembic, "0001")
    engine = create_engine(postgres_url)
    rows = "(1, 'RESOLVED'), (2, 'PARTICIPANT_LEFT'), (3, NULL), (4, DEFAULT)"
    with engine.begin() as connection:
        connection.execute(text(f"INSERT INTO sessions (id, termination_reason) VALUES {rows}"))

    command.upgrade(alembic, "0002")
    ours = Table(
        "sessions",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("termination_reason", SessionTerminationReasonType, index=True),
    )
    with engine.connect() as connection:
        read = select(ours.c.termination_reason).order_by(ours.c.id)
        words = [Reason.RESOLVED, Reason.PARTICIPANT_LEFT, None, Reason.UNKNOWN]
        assert connection.scalars(read).all() == words
        stored = text("SELECT termination_reason FROM sessions ORDER BY id")
        assert connection.scalars(stored).all() == ["resolved", "participant_left", None, "unknown"]
        assert connection.scalars(text("SELECT 1 FROM pg_type WHERE typtype = 'e'")).all() == []
        context = MigrationContext.configure(
            connection, opts={"include_name": lambda name, kind, _: name != "alembic_version"}
        )
        assert compare_metadata(context, ours.metadata) == []
    with engine.begin() as connection:
        connection.execute(ours.insert(), [{"id": 5, "termination_reason": Reason.CALLEE_BUSY}])

    command.downgrade(alembic, "0001")
    with engine.connect() as connection:
        names = ["RESOLVED", "PARTICIPANT_LEFT", None, "UNKNOWN", "UNKNOWN"]
        assert connection.scalars(stored).all() == names
    command.upgrade(alembic, "0002")
    engine.dispose()


def test_the_revision_does_all_or_nothing(alembic: Config, postgres_url: URL) -> None:
    """If another column has this type, this fails, and nothing has happened."""
    command.upgrade(alembic, "0001")
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE others (why terminationreason)"))
    with pytest.raises(sa.exc.InternalError, match="other objects depend on it"):
        command.upgrade(alembic, "0002")
    with engine.connect() as connection:
        kind = "SELECT pg_typeof(termination_reason)::text FROM (VALUES (1)) one LEFT JOIN sessions"
        assert connection.scalar(text(f"{kind} ON true")) == "terminationreason"
    engine.dispose()


def test_the_names_of_an_enum_on_sqlite_read_correctly(sqlite_url: URL) -> None:
    """Until it has run, the names read correctly as they are; then they are words."""
    engine = create_engine(sqlite_url)
    table_of(sa.Enum(Reason)).create(engine)
    with engine.begin() as connection:
        enum, ours = table_of(sa.Enum(Reason)), table_of(SessionTerminationReasonType)
        connection.execute(enum.insert(), [{"reason": Reason.RESOLVED}])
        assert connection.scalar(text("SELECT reason FROM calls")) == "RESOLVED"
        assert connection.scalar(select(ours.c.reason)) is Reason.RESOLVED
        assert connection.scalar(select(ours.c.id).where(ours.c.reason == "resolved")) is None
        connection.execute(text("UPDATE calls SET reason = lower(reason)"))
        assert connection.scalar(select(ours.c.id).where(ours.c.reason == "resolved")) == 1
    engine.dispose()
