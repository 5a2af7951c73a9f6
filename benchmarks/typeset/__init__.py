"""Council-like documents from known text, typeset by LibreOffice: what text_quality.py measures readers on."""
