"""Pages: a form or query, a flow, a render or a redirect. One blueprint a file."""

from triage.views import (
    calendar_editor,
    calendars,
    cases,
    comparisons,
    components,
    directory,
    entry,
    figures,
    imports,
    inbox,
    labelling,
    models,
    recomputes,
    session,
    shell,
    targets,
)

BLUEPRINTS = (
    shell.blueprint,
    session.blueprint,
    inbox.blueprint,
    cases.blueprint,
    figures.blueprint,
    directory.blueprint,
    entry.blueprint,
    imports.blueprint,
    labelling.blueprint,
    models.blueprint,
    calendars.blueprint,
    calendar_editor.blueprint,
    recomputes.blueprint,
    comparisons.blueprint,
    targets.blueprint,
    components.blueprint,
)
