"""One file per step of a comment's journey; each function commits once."""
