"""What people type, checked before it goes further."""
