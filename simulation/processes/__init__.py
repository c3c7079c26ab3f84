"""What happens in a month: one mechanism a file; ``order.py`` is the table of contents."""
