"""The errors this application raises on purpose, with messages a user can act on.

    TriageError              anything below; `.message` is Indonesian and is shown as it stands
    ├── InvalidInput         a value someone typed or sent does not fit
    ├── NotAllowed           the person may not do this, or not to this unit
    ├── NotFound             no such thing, or not for this person
    ├── WrongMove            the state graph has no such move from the case's state
    ├── Stale                the thing changed since the person last saw it
    ├── UnreadableFile       an imported file as a whole cannot be read
    └── ConnectorError       a platform or the mail server did not take what we sent
        ├── TemporaryFailure worth another try by itself: network, rate limit, platform down
        └── PermanentFailure needs a person: comment gone, token dead, text refused

Nothing here knows HTTP: one error handler in the application turns them into pages.
"""


class TriageError(Exception):
    """Carry an Indonesian message that says what is wrong and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidInput(TriageError):
    """Refuse a value that someone typed or sent."""


class NotAllowed(TriageError):
    """Refuse what the person may not do."""


class NotFound(TriageError):
    """Say that the thing does not exist for this person."""


class WrongMove(TriageError):
    """Refuse a move that the state graph does not have."""


class Stale(TriageError):
    """Refuse to overwrite what changed since the person saw it."""


class UnreadableFile(TriageError):
    """Refuse a file as a whole; single bad rows are Refused values instead."""


class ConnectorError(TriageError):
    """Report that a platform or the mail server did not take what was sent."""


class TemporaryFailure(ConnectorError):
    """Report a failure that another try may cure."""


class PermanentFailure(ConnectorError):
    """Report a failure that no further try will cure."""
