"""An example district and a year of its work. Every name and every figure in it is invented."""
