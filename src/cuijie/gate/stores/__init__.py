"""Where the gate keeps counters, registers and answers: memory, one SQLite file, Redis or Valkey; one contract."""
