"""Methods that look at the losses alone: one backward pass of a weighted sum."""
