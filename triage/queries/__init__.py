"""The only SQL of the application; nothing here commits."""
