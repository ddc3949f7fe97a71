"""A database and a configuration of an earlier version.

`kabar.sql` is a dump of what git revision 84cef7a stored when it was given `values.py`.
"""
