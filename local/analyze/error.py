class AnalyzeError(Exception):
    """Input that can't be used: the message says which, what is wrong with it, and how to mend it."""
