"""From a question to a cited answer, over HTTP, on the command line and in pages."""
