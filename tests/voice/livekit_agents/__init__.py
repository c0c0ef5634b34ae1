"""LiveKit Agents, for real: one process, no network."""
