"""What companies send: checked by content, kept, and sent to those who may read it."""
