"""What every server of ours does alike: signed requests, problem details, logs, starting, doctor."""
