"""The pure domain: values in, values out; no clock, no session."""
