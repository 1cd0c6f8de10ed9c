"""The study of the 2016 thread: what is run, how it is kept, and what follows from it.

`design` says what is asked and with which numbers, `cells` which runs that takes, `records` keeps them,
`runs` makes them, `evidence` draws the numbers out of them, `pictures` and `page` show those.
"""
