"""Background work: the queue, thin tasks and the schedule."""
