"""The record of acts (办理记录): append-only, one gapless hash chain per top-level organization."""
