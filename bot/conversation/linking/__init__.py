"""The doors of one person: codes heard, what is asked at either door, what is told to the others."""
