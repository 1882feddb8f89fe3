"""What was found, as plain frozen data: it stands between those who compute and those who show.

Comes in:  a program with the values and the gradients of its nodes
Goes out:  reports: node ids, numbers, findings, steps. No layout; texts are made when they are asked for
May use:   errors, gate, gates, graph, reading, writing, algebra, engine

A Circuit is a program's graph with its numbers, an Edge what flows through one use of an input; Steps have them in the
order of a trace. Names says what the nodes are called.
"""
