"""Doors for other programs than browsers: as a model of the OpenAI interface, as tools of the Model Context Protocol.

They ask the same library as every reader's page and say the same; here is only how each of them words it.
"""
