"""Formulas as textbooks write them: the number system of `bpcalc diff`. `algebra` has it; the rest are its parts."""
