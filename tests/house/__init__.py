"""Our own laws. Each test has a control that shows it can fail, and each message says what to do instead."""
