"""One definition of every figure, many engines; no Django."""
