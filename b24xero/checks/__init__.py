"""Whether everything works: each check names its fault, the likely cause and the fix; and a report for us."""
