"""What runs by itself: a sweep that finds the work a lost message left behind."""

from triage.extensions import db
from triage.flow import compare, pack, produce, rebuild
from triage.jobs import (
    chasing,
    exporting,
    labelling,
    measuring,
    packing,
    recomputing,
    replaying,
    tasks,
    training,
    watching,
)
from triage.jobs.queue import periodic
from triage.queries import cases, exports, intake, label_files, rebuilds, recomputes, replays, runs


@periodic("* * * * *")
def sweep() -> None:
    """Ask again for everything that waits; each job takes only what is really waiting."""
    rebuild.start_if_due(db.session, now=tasks.now())
    deliveries = intake.unprocessed_deliveries(db.session)
    imports = intake.unfinished_imports(db.session)
    labels = label_files.unfinished(db.session)
    replies = cases.unsent_replies(db.session)
    measuring_runs = [run.id for run in rebuilds.unfinished(db.session)]
    trainings = [run.id for run in runs.unfinished(db.session)]
    corrections = recomputes.unfinished(db.session)[:1]
    comparisons = [run.id for run in runs.to_compare(db.session, compare.COMPARING)]
    histories = replays.unfinished(db.session)
    files = exports.waiting(db.session, silent_since=tasks.now() - produce.SILENT_FOR)
    db.session.rollback()
    for ids, work in (
        (deliveries, tasks.take_delivery),
        (imports, tasks.run_import),
        (labels, labelling.import_labels),
        (replies, tasks.send_reply),
        (trainings, training.train_model),
        (histories, replaying.run_history_import),
        (measuring_runs, measuring.rebuild_measures),
        (corrections, recomputing.recompute_figures),
        (comparisons, training.compare_run),
        (files, exporting.make_export),
    ):
        for row_id in ids:
            work.enqueue(row_id)
    if not imports:  # an import classifies on its way; a second pass beside it would read the same comments twice
        tasks.classify_waiting.enqueue()
    if pack.wants(db.session):
        packing.pack_figures.enqueue()


@periodic("17 * * * *")
def clear() -> None:
    """Remove the exported files that are past their time."""
    produce.remove_expired(db.session, tasks.settings().exports_dir, now=tasks.now())


@periodic("11 * * * *")
def order_report() -> None:
    """Order last month's report when it is time; asked each hour, so that a night without power delays it only."""
    exporting.order_report(tasks.now())


JOBS = (
    tasks.run_import,
    labelling.import_labels,
    tasks.take_delivery,
    tasks.classify_waiting,
    tasks.send_reply,
    training.train_model,
    measuring.rebuild_measures,
    recomputing.recompute_figures,
    packing.pack_figures,
    training.compare_run,
    replaying.run_history_import,
    watching.read_in_shadow,
    watching.watch_models,
    exporting.make_export,
    clear,
    chasing.send_notice,
    chasing.chase,
    order_report,
    sweep,
)
