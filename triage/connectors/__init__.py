"""The outside: platforms that comments come from and replies go to, and files that stand in for them."""
