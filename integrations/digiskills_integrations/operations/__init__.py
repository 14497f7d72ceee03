"""What this app adds to the doctor, to the story of a record and to the kill switches."""
