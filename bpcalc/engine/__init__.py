"""The passes over a graph. An engine is handed an algebra `m` and imports none; it computes and never prints."""
