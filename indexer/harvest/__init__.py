"""From a Ratsinformationssystem's OParl server to a folder that ``index`` reads.

server -> client -> lists -> objects -> state -> records, notes -> mirror

    addresses.py, client.py    which hosts may be asked; requests that are polite, patient, bounded
    lists.py, objects.py       pages and objects as real servers serve them
    walk.py, state.py          everything, or what changed, into the state
    records.py, wanted.py      papers and meetings as text; what is noted beside each file
    naming.py, mirror.py       the folder
    run.py                     one run: walk, brake, mirror, books
"""
