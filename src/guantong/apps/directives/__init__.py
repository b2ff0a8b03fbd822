"""Directives: documents handed down, and what became of each clause at each organization."""
