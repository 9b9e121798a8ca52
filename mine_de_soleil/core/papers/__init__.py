"""Papers: accessible PDF (PDF/UA-1) from typed contents, sealed and verified. No Django.

`contents` says what each paper holds, `typeset` prints it, `seal` seals it and reads seals back.
"""
