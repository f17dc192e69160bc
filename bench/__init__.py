"""What ``python3 run.py bench`` runs: how fast it is, and whether anything is doubled or lost in a storm of faults."""
