"""The comment journey."""

import sqlalchemy as sa
from alembic import op

from models.base import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "app_user",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "opd_admin",
                "supervisor",
                "diskominfo",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("uses_shortcuts", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_app_user")),
        sa.UniqueConstraint("username", name=op.f("uq_app_user_username")),
    )
    op.create_table(
        "snapshot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("stored_as", sa.String(length=400), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_snapshot")),
        sa.UniqueConstraint("digest", name=op.f("uq_snapshot_digest")),
    )
    op.create_table(
        "unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=80), nullable=False),
        sa.Column("level", sa.String(length=40), nullable=False),
        sa.Column("is_external", sa.Boolean(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("subjects", sa.JSON(), nullable=False),
        sa.Column("calendar_code", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_unit_code")),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "platform",
            sa.Enum(
                "facebook",
                "instagram",
                "youtube",
                "tiktok",
                "x",
                "whatsapp",
                "telegram",
                "google",
                "threads",
                "website",
                "other",
                name="platform",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("handle", sa.String(length=120), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("connected_at", UtcDateTime(), nullable=False),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("token_digest", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_account_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("code", name=op.f("uq_account_code")),
        sa.UniqueConstraint("platform", "handle", name=op.f("uq_account_platform_handle")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_account_token_digest")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "membership",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_membership_unit_id_unit")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_membership_user_id_app_user")),
        sa.PrimaryKeyConstraint("user_id", "unit_id", name=op.f("pk_membership")),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "intent",
            sa.Enum(
                "complaint",
                "question",
                "hoax_report",
                "praise",
                "other",
                name="intent",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "acknowledge",
                "first_response",
                "resolution",
                name="targetkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column(
            "measure",
            sa.Enum(
                "working_hours",
                "working_days",
                name="targetmeasure",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("in_force_from", UtcDateTime(), nullable=False),
        sa.CheckConstraint("amount > 0", name=op.f("ck_target_amount")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_target_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
    )
    op.create_table(
        "training_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "queued",
                "running",
                "done",
                "failed",
                name="runstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=True),
        sa.Column("stored_as", sa.String(length=400), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("step", sa.String(length=200), nullable=False),
        sa.Column("error", sa.String(length=1000), nullable=False),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.Column("comparison", sa.JSON(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("heartbeat_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["app_user.id"], name=op.f("fk_training_run_created_by_id_app_user")
        ),
        sa.ForeignKeyConstraint(["snapshot_id"], ["snapshot.id"], name=op.f("fk_training_run_snapshot_id_snapshot")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_run")),
    )
    with op.batch_alter_table("training_run", schema=None) as batch_op:
        batch_op.create_index(
            "uq_training_run_one_active",
            ["is_active"],
            unique=True,
            sqlite_where=sa.text("is_active"),
            postgresql_where=sa.text("is_active"),
        )

    op.create_table(
        "unit_keyword",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("own", "not_responsible", name="keywordkind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("phrase", sa.String(length=120), nullable=False),
        sa.Column("route_to_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["route_to_id"], ["unit.id"], name=op.f("fk_unit_keyword_route_to_id_unit")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_keyword_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unit_keyword")),
        sa.UniqueConstraint("unit_id", "kind", "phrase", name=op.f("uq_unit_keyword_unit_id_kind_phrase")),
    )
    with op.batch_alter_table("unit_keyword", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_unit_keyword_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "work_calendar",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("zone", sa.String(length=60), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["app_user.id"], name=op.f("fk_work_calendar_created_by_id_app_user")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_calendar")),
        sa.UniqueConstraint("code", "version", name=op.f("uq_work_calendar_code_version")),
    )
    with op.batch_alter_table("work_calendar", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_work_calendar_code"), ["code"], unique=False)

    op.create_table(
        "file_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("filename", sa.String(length=200), nullable=False),
        sa.Column("stored_as", sa.String(length=400), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "previewed",
                "queued",
                "running",
                "done",
                "failed",
                name="importstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("progress", sa.Float(), nullable=False),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Integer(), nullable=False),
        sa.Column("duplicate", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=1000), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("heartbeat_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("progress >= 0 and progress <= 1", name=op.f("ck_file_import_progress")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_file_import_account_id_account")),
        sa.ForeignKeyConstraint(["created_by_id"], ["app_user.id"], name=op.f("fk_file_import_created_by_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_import")),
        sa.UniqueConstraint("key", name=op.f("uq_file_import_key")),
    )
    with op.batch_alter_table("file_import", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_file_import_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_file_import_created_at"), ["created_at"], unique=False)

    op.create_table(
        "holiday",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "national",
                "joint_leave",
                "local",
                name="holidaykind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["work_calendar.id"], name=op.f("fk_holiday_calendar_id_work_calendar")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holiday")),
        sa.UniqueConstraint("calendar_id", "on_day", name=op.f("uq_holiday_calendar_id_on_day")),
    )
    with op.batch_alter_table("holiday", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_holiday_calendar_id"), ["calendar_id"], unique=False)

    op.create_table(
        "post",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("caption", sa.Text(), nullable=False),
        sa.Column("permalink", sa.String(length=1000), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_post_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_post")),
        sa.UniqueConstraint("account_id", "external_id", name=op.f("uq_post_account_id_external_id")),
    )
    op.create_table(
        "promotion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("previous_run_id", sa.Integer(), nullable=True),
        sa.Column(
            "action",
            sa.Enum(
                "promote", "rollback", name="promotionaction", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["previous_run_id"], ["training_run.id"], name=op.f("fk_promotion_previous_run_id_training_run")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["training_run.id"], name=op.f("fk_promotion_run_id_training_run")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promotion")),
    )
    with op.batch_alter_table("promotion", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_promotion_run_id"), ["run_id"], unique=False)

    op.create_table(
        "raw_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("processed_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_raw_event_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_raw_event")),
    )
    with op.batch_alter_table("raw_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_raw_event_account_id"), ["account_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_raw_event_received_at"), ["received_at"], unique=False)

    op.create_table(
        "season",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("starts_on <= ends_on", name=op.f("ck_season_order")),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["work_calendar.id"], name=op.f("fk_season_calendar_id_work_calendar")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season")),
    )
    with op.batch_alter_table("season", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_season_calendar_id"), ["calendar_id"], unique=False)

    op.create_table(
        "citizen_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("author_key", sa.String(length=64), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "new",
                "in_progress",
                "waiting_citizen",
                "waiting_other",
                "resolved",
                "no_answer_needed",
                name="casestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "intent",
            sa.Enum(
                "complaint",
                "question",
                "hoax_report",
                "praise",
                "other",
                name="intent",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("intent_confidence", sa.Float(), nullable=True),
        sa.Column("is_intent_sure", sa.Boolean(), nullable=False),
        sa.Column("is_intent_by_person", sa.Boolean(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("holder_id", sa.Integer(), nullable=True),
        sa.Column("is_unit_by_person", sa.Boolean(), nullable=False),
        sa.Column("routed_at", UtcDateTime(), nullable=True),
        sa.Column("assignee_id", sa.Integer(), nullable=True),
        sa.Column("excerpt", sa.String(length=240), nullable=False),
        sa.Column("is_backfill", sa.Boolean(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("last_comment_at", UtcDateTime(), nullable=False),
        sa.Column("comment_count", sa.Integer(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=True),
        sa.Column("sort_at", UtcDateTime(), nullable=False),
        sa.Column("is_waiting_for_us", sa.Boolean(), nullable=False),
        sa.Column("first_response_at", UtcDateTime(), nullable=True),
        sa.Column("response_wall_s", sa.Integer(), nullable=True),
        sa.Column("response_working_s", sa.Integer(), nullable=True),
        sa.Column("responder_unit_id", sa.Integer(), nullable=True),
        sa.Column("resume_at", UtcDateTime(), nullable=True),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state in ('resolved', 'no_answer_needed')) = (closed_at is not null)",
            name=op.f("ck_citizen_case_closed_at"),
        ),
        sa.CheckConstraint(
            "response_wall_s >= 0 and response_working_s >= 0", name=op.f("ck_citizen_case_never_negative")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_citizen_case_account_id_account")),
        sa.ForeignKeyConstraint(["assignee_id"], ["app_user.id"], name=op.f("fk_citizen_case_assignee_id_app_user")),
        sa.ForeignKeyConstraint(["holder_id"], ["unit.id"], name=op.f("fk_citizen_case_holder_id_unit")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_citizen_case_post_id_post")),
        sa.ForeignKeyConstraint(
            ["responder_unit_id"], ["unit.id"], name=op.f("fk_citizen_case_responder_unit_id_unit")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_citizen_case_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citizen_case")),
        sa.UniqueConstraint("code", name=op.f("uq_citizen_case_code")),
    )
    with op.batch_alter_table("citizen_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_citizen_case_assignee_id"), ["assignee_id"], unique=False)
        batch_op.create_index("ix_citizen_case_author", ["account_id", "post_id", "author_key", "id"], unique=False)
        batch_op.create_index(
            "ix_citizen_case_closed",
            ["state", "closed_at", "id"],
            unique=False,
            sqlite_where=sa.text("state in ('resolved', 'no_answer_needed')"),
            postgresql_where=sa.text("state in ('resolved', 'no_answer_needed')"),
        )
        batch_op.create_index("ix_citizen_case_holder_id_closed_at", ["holder_id", "closed_at", "id"], unique=False)
        batch_op.create_index("ix_citizen_case_holder_id_opened_at", ["holder_id", "opened_at", "id"], unique=False)
        batch_op.create_index(
            "ix_citizen_case_open_counts",
            ["holder_id", "state", "intent", "assignee_id", "sort_at"],
            unique=False,
            sqlite_where=sa.text("state not in ('resolved', 'no_answer_needed')"),
            postgresql_where=sa.text("state not in ('resolved', 'no_answer_needed')"),
        )
        batch_op.create_index(
            "ix_citizen_case_open_sort",
            ["holder_id", "sort_at", "id"],
            unique=False,
            sqlite_where=sa.text("state not in ('resolved', 'no_answer_needed')"),
            postgresql_where=sa.text("state not in ('resolved', 'no_answer_needed')"),
        )
        batch_op.create_index(
            "ix_citizen_case_open_sort_all",
            ["sort_at", "id"],
            unique=False,
            sqlite_where=sa.text("state not in ('resolved', 'no_answer_needed')"),
            postgresql_where=sa.text("state not in ('resolved', 'no_answer_needed')"),
        )
        batch_op.create_index("ix_citizen_case_opened_at", ["opened_at", "id"], unique=False)
        batch_op.create_index("ix_citizen_case_unit_id_opened_at", ["unit_id", "opened_at", "id"], unique=False)
        batch_op.create_index(
            "ix_citizen_case_unrouted",
            ["id"],
            unique=False,
            sqlite_where=sa.text("intent is not null and routed_at is null"),
            postgresql_where=sa.text("intent is not null and routed_at is null"),
        )
        batch_op.create_index(
            "uq_citizen_case_one_open",
            ["account_id", "post_id", "author_key"],
            unique=True,
            sqlite_where=sa.text("state not in ('resolved', 'no_answer_needed')"),
            postgresql_where=sa.text("state not in ('resolved', 'no_answer_needed')"),
        )

    op.create_table(
        "work_hours",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("calendar_id", sa.Integer(), nullable=False),
        sa.Column("season_id", sa.Integer(), nullable=True),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("starts_minute", sa.Integer(), nullable=False),
        sa.Column("ends_minute", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "0 <= starts_minute and starts_minute < ends_minute and ends_minute <= 1440",
            name=op.f("ck_work_hours_order"),
        ),
        sa.CheckConstraint("weekday between 0 and 6", name=op.f("ck_work_hours_weekday")),
        sa.ForeignKeyConstraint(
            ["calendar_id"], ["work_calendar.id"], name=op.f("fk_work_hours_calendar_id_work_calendar")
        ),
        sa.ForeignKeyConstraint(["season_id"], ["season.id"], name=op.f("fk_work_hours_season_id_season")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_work_hours")),
    )
    with op.batch_alter_table("work_hours", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_work_hours_calendar_id"), ["calendar_id"], unique=False)

    op.create_table(
        "case_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "received",
                "classified",
                "label_changed",
                "routed",
                "assigned",
                "replied",
                "reply_failed",
                "noted",
                "paused",
                "resumed",
                "resolved",
                "reopened",
                "no_answer_needed",
                "withdrawn_by_citizen",
                "hidden_by_us",
                "target_applied",
                "calendar_changed",
                name="eventkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("recorded_at", UtcDateTime(), nullable=False),
        sa.Column("actor", sa.String(length=60), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.CheckConstraint("actor <> ''", name=op.f("ck_case_event_actor")),
        sa.ForeignKeyConstraint(["case_id"], ["citizen_case.id"], name=op.f("fk_case_event_case_id_citizen_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
    )
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.create_index("ix_case_event_case_id_id", ["case_id", "id"], unique=False)

    op.create_table(
        "comment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "platform",
            sa.Enum(
                "facebook",
                "instagram",
                "youtube",
                "tiktok",
                "x",
                "whatsapp",
                "telegram",
                "google",
                "threads",
                "website",
                "other",
                name="platform",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("external_id", sa.String(length=200), nullable=False),
        sa.Column("post_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("parent_external_id", sa.String(length=200), nullable=False),
        sa.Column("author_key", sa.String(length=64), nullable=False),
        sa.Column("author_name", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("permalink", sa.String(length=1000), nullable=False),
        sa.Column(
            "source",
            sa.Enum("file", "manual", "api", name="source", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("posted_at", UtcDateTime(), nullable=False),
        sa.Column("first_seen_at", UtcDateTime(), nullable=False),
        sa.Column("classified_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_comment_account_id_account")),
        sa.ForeignKeyConstraint(["case_id"], ["citizen_case.id"], name=op.f("fk_comment_case_id_citizen_case")),
        sa.ForeignKeyConstraint(["import_id"], ["file_import.id"], name=op.f("fk_comment_import_id_file_import")),
        sa.ForeignKeyConstraint(["post_id"], ["post.id"], name=op.f("fk_comment_post_id_post")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint(
            "platform", "account_id", "external_id", name=op.f("uq_comment_platform_account_id_external_id")
        ),
    )
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.create_index("ix_comment_case_id_posted_at", ["case_id", "posted_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_comment_import_id"), ["import_id"], unique=False)
        batch_op.create_index(
            "ix_comment_unclassified",
            ["id"],
            unique=False,
            sqlite_where=sa.text("classified_at IS NULL"),
            postgresql_where=sa.text("classified_at IS NULL"),
        )

    op.create_table(
        "draft",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["citizen_case.id"], name=op.f("fk_draft_case_id_citizen_case")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_draft_user_id_app_user")),
        sa.PrimaryKeyConstraint("case_id", "user_id", name=op.f("pk_draft")),
    )
    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["app_user.id"], name=op.f("fk_note_author_id_app_user")),
        sa.ForeignKeyConstraint(["case_id"], ["citizen_case.id"], name=op.f("fk_note_case_id_citizen_case")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_note_case_id"), ["case_id"], unique=False)

    op.create_table(
        "reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "acknowledgement", "substantive", name="replykind", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "status",
            sa.Enum(
                "queued",
                "sending",
                "sent",
                "failed",
                "elsewhere",
                name="replystatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.String(length=40), nullable=False),
        sa.Column("platform_id", sa.String(length=200), nullable=False),
        sa.Column("asks_citizen", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("error", sa.String(length=500), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("sent_at", UtcDateTime(), nullable=True),
        sa.CheckConstraint("(status in ('sent', 'elsewhere')) = (sent_at is not null)", name=op.f("ck_reply_sent_at")),
        sa.ForeignKeyConstraint(["author_id"], ["app_user.id"], name=op.f("fk_reply_author_id_app_user")),
        sa.ForeignKeyConstraint(["case_id"], ["citizen_case.id"], name=op.f("fk_reply_case_id_citizen_case")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_reply_unit_id_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_reply_idempotency_key")),
    )
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reply_case_id"), ["case_id"], unique=False)

    op.create_table(
        "comment_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_comment_version_comment_id_comment")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_version")),
    )
    with op.batch_alter_table("comment_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_comment_version_comment_id"), ["comment_id"], unique=False)

    op.create_table(
        "label",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column(
            "subject",
            sa.Enum("intent", "unit", name="labelsubject", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("value", sa.String(length=40), nullable=False),
        sa.Column(
            "source",
            sa.Enum("model", "person", name="labelsource", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("is_sure", sa.Boolean(), nullable=False),
        sa.Column("probabilities", sa.JSON(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("(source = 'model') = (run_id is not null)", name=op.f("ck_label_by_model")),
        sa.CheckConstraint("(source = 'person') = (user_id is not null)", name=op.f("ck_label_by_person")),
        sa.ForeignKeyConstraint(["comment_id"], ["comment.id"], name=op.f("fk_label_comment_id_comment")),
        sa.ForeignKeyConstraint(["run_id"], ["training_run.id"], name=op.f("fk_label_run_id_training_run")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_label_user_id_app_user")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label")),
    )
    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.create_index("ix_label_comment_id_subject_id", ["comment_id", "subject", "id"], unique=False)
        batch_op.create_index("ix_label_source_subject_created_at", ["source", "subject", "created_at"], unique=False)


def downgrade():
    with op.batch_alter_table("label", schema=None) as batch_op:
        batch_op.drop_index("ix_label_source_subject_created_at")
        batch_op.drop_index("ix_label_comment_id_subject_id")

    op.drop_table("label")
    with op.batch_alter_table("comment_version", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_comment_version_comment_id"))

    op.drop_table("comment_version")
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reply_case_id"))

    op.drop_table("reply")
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_note_case_id"))

    op.drop_table("note")
    op.drop_table("draft")
    with op.batch_alter_table("comment", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_comment_unclassified",
            sqlite_where=sa.text("classified_at IS NULL"),
            postgresql_where=sa.text("classified_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_comment_import_id"))
        batch_op.drop_index("ix_comment_case_id_posted_at")

    op.drop_table("comment")
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.drop_index("ix_case_event_case_id_id")

    op.drop_table("case_event")
    with op.batch_alter_table("work_hours", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_hours_calendar_id"))

    op.drop_table("work_hours")
    with op.batch_alter_table("citizen_case", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_citizen_case_one_open",
            sqlite_where=sa.text("state not in ('resolved', 'no_answer_needed')"),
            postgresql_where=sa.text("state not in ('resolved', 'no_answer_needed')"),
        )
        batch_op.drop_index(
            "ix_citizen_case_unrouted",
            sqlite_where=sa.text("intent is not null and routed_at is null"),
            postgresql_where=sa.text("intent is not null and routed_at is null"),
        )
        batch_op.drop_index("ix_citizen_case_unit_id_opened_at")
        batch_op.drop_index("ix_citizen_case_opened_at")
        batch_op.drop_index(
            "ix_citizen_case_open_sort_all",
            sqlite_where=sa.text("state not in ('resolved', 'no_answer_needed')"),
            postgresql_where=sa.text("state not in ('resolved', 'no_answer_needed')"),
        )
        batch_op.drop_index(
            "ix_citizen_case_open_sort",
            sqlite_where=sa.text("state not in ('resolved', 'no_answer_needed')"),
            postgresql_where=sa.text("state not in ('resolved', 'no_answer_needed')"),
        )
        batch_op.drop_index(
            "ix_citizen_case_open_counts",
            sqlite_where=sa.text("state not in ('resolved', 'no_answer_needed')"),
            postgresql_where=sa.text("state not in ('resolved', 'no_answer_needed')"),
        )
        batch_op.drop_index("ix_citizen_case_holder_id_opened_at")
        batch_op.drop_index("ix_citizen_case_holder_id_closed_at")
        batch_op.drop_index(
            "ix_citizen_case_closed",
            sqlite_where=sa.text("state in ('resolved', 'no_answer_needed')"),
            postgresql_where=sa.text("state in ('resolved', 'no_answer_needed')"),
        )
        batch_op.drop_index("ix_citizen_case_author")
        batch_op.drop_index(batch_op.f("ix_citizen_case_assignee_id"))

    op.drop_table("citizen_case")
    with op.batch_alter_table("season", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_season_calendar_id"))

    op.drop_table("season")
    with op.batch_alter_table("raw_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_raw_event_received_at"))
        batch_op.drop_index(batch_op.f("ix_raw_event_account_id"))

    op.drop_table("raw_event")
    with op.batch_alter_table("promotion", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_promotion_run_id"))

    op.drop_table("promotion")
    op.drop_table("post")
    with op.batch_alter_table("holiday", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_holiday_calendar_id"))

    op.drop_table("holiday")
    with op.batch_alter_table("file_import", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_file_import_created_at"))
        batch_op.drop_index(batch_op.f("ix_file_import_account_id"))

    op.drop_table("file_import")
    with op.batch_alter_table("work_calendar", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_work_calendar_code"))

    op.drop_table("work_calendar")
    with op.batch_alter_table("unit_keyword", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_keyword_unit_id"))

    op.drop_table("unit_keyword")
    with op.batch_alter_table("training_run", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_training_run_one_active", sqlite_where=sa.text("is_active"), postgresql_where=sa.text("is_active")
        )

    op.drop_table("training_run")
    op.drop_table("target")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_unit_id"))

    op.drop_table("membership")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_unit_id"))

    op.drop_table("account")
    op.drop_table("unit")
    op.drop_table("snapshot")
    op.drop_table("app_user")
