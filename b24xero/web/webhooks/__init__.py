"""What vendors post to us by themselves."""
