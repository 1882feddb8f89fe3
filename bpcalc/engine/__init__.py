"""The passes over a graph: loops over a list, and one fact a gate.

Comes in:  an algebra `m`, a graph, the values of its inputs, a gradient or tangents to start from
Goes out:  values, gradients, tangents by node; findings: where a kink lies, where NaN arose
May use:   errors, gate, gates, graph

An engine is handed its algebra and imports none; it computes and never prints.
"""
