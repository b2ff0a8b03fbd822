"""The `guantong` command."""


def main() -> int:
    return 0
