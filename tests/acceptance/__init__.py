"""The guide carried out word for word, in a root where nothing was installed before."""
