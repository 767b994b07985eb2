"""What a person sees of runs: a table, a report, a comparison; and the gate for CI."""
