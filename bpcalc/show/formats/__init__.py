"""Formats that are made from data, a module each, called as `-o` calls it.

    SHAPE               what it takes of a view: "document", "pairs", "rows" or "assignments"
    LAZY                it takes a document whose long lists are iterators (it may lack this)
    write(data, style)  the text, or its pieces one by one

A module that is put here is a format of every command whose reports have that shape, in its help and in completion too.
It is loaded to be listed, so it imports what it needs when it writes.
"""
