"""What was changed, version by version, in the tables that all indexes share. Nothing here is ever edited once released."""
