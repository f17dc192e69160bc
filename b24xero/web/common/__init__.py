"""What all pages share: addresses, formats, labels, what a list was asked for."""
