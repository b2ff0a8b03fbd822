"""Limits that hold before anything is parsed, and those of the process that parses."""

MB = 1024 * 1024

FILE_BYTES = 20 * MB
UNPACKED_BYTES = 100 * MB
UNPACKED_RATIO = 100
ENTRIES = 2_000
TEXT_CHARS = 5_000_000  # two thousand times a long speech
SHEETS = 20
SHEET_ROWS = 20_000
SHEET_CELLS = 1_000_000

CPU_SECONDS = 20
WALL_SECONDS = 40
ADDRESS_SPACE = 512 * MB

TOO_LARGE = "文件超过 20 MB，请拆分文件或删去其中的图片后再试。"
TOO_MUCH = "文件展开后过大或结构过于复杂，请拆分文件，或把正文另存为 .txt 后再试。"
BROKEN = "文件已损坏或不完整，请重新导出或重新获取后再试。"
LOCKED = "文件设有密码，请取消密码后再试。"
SHEET_TOO_MUCH = "表格展开后过大或过于复杂，请拆分，或只保留要导入的工作表后再试。"
SHEET_TOO_SLOW = "表格过于复杂，未能在限定时间内读完，请拆分，或把内容粘贴到新的表格后再试。"
