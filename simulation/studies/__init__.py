"""What can be done with scenarios: one folder for each kind of study.

In each of them, a file imports only from those below it:

    report      the report: title, sentences, figures and tables in their order
    answer      the sentences; a new clause of an answer goes here
    figures     the figures, each with the sentence that states its finding
    result      what ``open_result`` returns
    tables      the stored tables, read for all of these
    plan        what is run, in which waves, and what is stored

All but ``plan`` read files and never run a model: they must not import ``model``, ``world``,
``simulate`` or ``execution``, which import-linter checks. ``study`` carries out any plan,
``kinds`` lists the kinds.
"""
