"""No tables: figures reads what other apps keep. The module is here because Django tells only apps with models that a
migration begins or has ended."""
