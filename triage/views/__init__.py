"""Pages: a form or query, a flow, a render or a redirect. One blueprint a file."""

from triage.views import cases, components, directory, entry, figures, imports, inbox, models, session, shell

BLUEPRINTS = (
    shell.blueprint,
    session.blueprint,
    inbox.blueprint,
    cases.blueprint,
    figures.blueprint,
    directory.blueprint,
    entry.blueprint,
    imports.blueprint,
    models.blueprint,
    components.blueprint,
)
