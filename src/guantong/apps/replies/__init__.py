"""What an organization asks or answers upwards, with its reason and what was decided."""
