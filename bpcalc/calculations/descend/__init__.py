"""The pipeline of `bpcalc descend`: `pipeline` prepares the program once and runs each of the `methods` from the same
start; `verdicts` tells how a path ended, `lessons` what a teacher would say of it."""
