"""One file a change of the tables, named by its revision; none is edited once it has been released."""
