"""Methods that look at the gradients of the tasks where they meet."""
