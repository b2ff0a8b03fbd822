"""The tree of organizations: how it changes, one service for each change, and how it stood on a day.

Founding, renaming and guiding are in `keeping`, places in `moving`, the end of organizations in `closing`, the past in
`history`, many at once in `founding`; what becomes of open work is said by whoever registers with `work`.
"""

from guantong.apps.organizations.tree.closing import close, preview, reopen, split
from guantong.apps.organizations.tree.history import Placed, changes_in, tree_on
from guantong.apps.organizations.tree.keeping import change_kind, found, found_district, guide, rename
from guantong.apps.organizations.tree.moving import move
from guantong.apps.organizations.tree.work import OpenWork, Work

__all__ = [
    "OpenWork",
    "Placed",
    "Work",
    "change_kind",
    "changes_in",
    "close",
    "found",
    "found_district",
    "guide",
    "move",
    "preview",
    "rename",
    "reopen",
    "split",
    "tree_on",
]
