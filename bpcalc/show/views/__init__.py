"""A module for each kind of report: the report in the shapes that formats take.

    FORMATS                    in their order; the first is the default. Other formats that fit come behind them
    document(report, style)    all of it, as JSON has it. The schema only grows
    pairs(report, style)       names, each with its number as text
    rows(report, style)        a heading, then the cells of each row as texts
    assignments(report, style) variables of a shell, each with the name that it stands for and its number
    table(report, style), …    a format for the eye, as text: the function of its name
    trace(report, style)       what the table is with --trace
    find(report, name)         the number that --get calls by this name; raises BpcalcError where there is none

A view has what makes sense for its reports, and thereby the formats that take it. Texts of numbers read back to the
same double; an array is nested lists. A view is loaded to list its formats, so it imports what draws when it draws.
"""
