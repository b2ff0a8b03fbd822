"""Accounts people sign in with. What somebody may do comes from posts, never from an account."""
