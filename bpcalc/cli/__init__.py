"""The command line: one module a command. Only this package names click; what a command needs is imported in it."""
