"""The simulated phone: scenarios from tasks, the state machine, replay of traces and their scores. Pure; import `api`."""
