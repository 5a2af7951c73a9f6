"""A run's reading and encoding, spread over workers of Dask on other computers (``ratslotse index --dask ADDRESS``).

cluster.py  on the computer that indexes: connects, checks the workers, hands out batches, takes the results in
tasks.py    on the workers: reads files in the locked child process, encodes texts
"""
